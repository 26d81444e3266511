// The calendar's clock jumps under a real training: by a year, by an hour, by less than two seconds again and again.
// Energy, durations and epochs are of a clock that nobody can set; figures of the grid are placed by the newest setting.
//
//   node tools/build.mjs && nice -n 10 node testing/campaigns/clocks.mjs [--seconds 8] [--only "a year ahead"]
//
// The clock is set by libfaketime (`apt-get install libfaketime`), which reads the time to show from a file.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openStore, recoverRuns } from '../../packages/core/dist/index.js'
import { realTimeCounter } from './real-time-counter.mjs'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '8' }, only: { type: 'string', default: '' } },
})
const SECONDS = Number(values.seconds)
const WATTS = 150
const JOULES_PER_KWH = 3.6e6
const DAY_S = 86_400
/** The grid of the campaign changes every two seconds: a run has several intensities, each with its time. */
const STEP_MS = 2000
const AROUND_MS = 2 * 3_600_000
/** What the clock's own reading may be off, and two processes' notion of now. */
const SLACK_SECONDS = 0.05

const library = readdirSync('/usr/lib')
  .map(folder => join('/usr/lib', folder, 'faketime/libfaketimeMT.so.1'))
  .find(path => existsSync(path))
if (!library) {
  console.log(JSON.stringify({ missing: 'libfaketime is not installed (apt-get install libfaketime)' }))
  process.exit(2)
}

/** Seconds that the clock is ahead: at the start, and then at equal distances. */
const CASES = [
  ['not set', [0]],
  ['set ahead by a year', [0, 365 * DAY_S]],
  ['set back by a year', [0, -365 * DAY_S]],
  ['a year ahead, put right', [365 * DAY_S, 0]],
  ['a year behind, put right', [-365 * DAY_S, 0]],
  ['an hour ahead, put right', [3600, 0]],
  ['an hour behind, put right', [-3600, 0]],
  ['corrected by fractions of a second', [0, 0.8, -0.4, 1.1, 0.2, -0.9, 0]],
  ['set back by a year, then killed', [0, -365 * DAY_S]],
].filter(([name]) => name.includes(values.only))

const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'epochwatt-clocks-'))
const training = fileURLToPath(new URL('clocks/training.mjs', import.meta.url))
const counter = realTimeCounter({ watts: WATTS })

const intensityAt = step => 100 + 100 * (step % 5)
const course = join(root, 'course.csv')
const firstStep = Math.floor((Date.now() - AROUND_MS) / STEP_MS)
const steps = Array.from({ length: (2 * AROUND_MS) / STEP_MS }, (_, index) => firstStep + index)
writeFileSync(
  course,
  `datetime,intensity\n${steps.map(step => `${new Date(step * STEP_MS).toISOString()},${intensityAt(step)}`).join('\n')}\n`,
)
/** Grams for what the counter showed between two instants of the true clock. */
const trueGrams = (from, to) => {
  let sum = 0
  for (let at = from; at < to; ) {
    const step = Math.floor(at / STEP_MS)
    const next = Math.min(to, (step + 1) * STEP_MS)
    sum += intensityAt(step) * (counter.shownAt(next) - counter.shownAt(at))
    at = next
  }
  return sum / JOULES_PER_KWH
}

const live = async ([name, offsets]) => {
  const dir = join(root, name)
  const clock = join(root, `clock of ${name}`)
  const set = seconds => writeFileSync(clock, `${seconds < 0 ? '' : '+'}${seconds}`)
  set(offsets[0])
  const child = spawn(process.execPath, [training, dir, String(SECONDS), course], {
    env: {
      ...process.env,
      ...counter.env,
      EPOCHWATT_OFFLINE: '1',
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = []
  child.stdout.setEncoding('utf8').on('data', text => said.push(...text.trim().split('\n').map(JSON.parse)))
  const closed = new Promise(resolve => child.once('close', resolve))
  while (said.length === 0 && child.exitCode === null) await sleep(10)
  for (const seconds of offsets.slice(1)) {
    await sleep((SECONDS * 1000) / offsets.length)
    set(seconds)
  }
  const isKilled = name.endsWith('killed')
  if (isKilled) {
    await sleep((SECONDS * 1000) / offsets.length / 2)
    child.kill('SIGKILL')
  }
  await closed
  counter.refresh()
  if (isKilled) recoverRuns(dir)
  return { name, offsets, isKilled, said, record: openStore(dir).read(said[0].id) }
}

const wrong = []
const judge = ({ name, offsets, isKilled, said, record }) => {
  const complain = what => wrong.push({ name, what })
  const [{ began, wallMs }, ended] = said
  const [beganEarliest, beganLatest] = began.map(counter.ofHrtime)
  const seconds = record.duration_s
  const joules = record.energy.components.cpu.kwh.value * JOULES_PER_KWH
  const codes = record.warnings.map(({ code }) => code)
  const startedMs = Date.parse(record.started_at)
  const trueStart = startedMs - offsets[0] * 1000
  const trueEnd = trueStart + seconds * 1000
  const slackSeconds = counter.longestStandstill(trueStart, trueEnd) + SLACK_SECONDS
  const offJoules = joules - (counter.shownAt(trueEnd) - counter.shownAt(trueStart))
  if (Math.abs(offJoules) > WATTS * slackSeconds) complain(`${offJoules} J off in ${seconds} s`)
  if (!isKilled) {
    const least = (counter.ofHrtime(ended.stopping) - beganLatest) / 1000
    const most = (counter.ofHrtime(ended.stopped) - beganEarliest) / 1000
    if (seconds < least || seconds > most) complain(`${seconds} s, not ${least} to ${most}`)
  }
  const sum = record.epochs.reduce((total, epoch) => total + (epoch.energy_kwh?.value ?? 0), 0)
  const whole = record.energy.total_kwh.value
  if (Math.abs(sum + record.outside_epochs.energy_kwh.value - whole) > 1e-9 * whole) complain('epochs')
  if (startedMs < wallMs[0] || startedMs > wallMs[1]) complain(`started_at ${record.started_at}`)
  const datedSeconds = (Date.parse(record.ended_at) - startedMs) / 1000
  if (Math.abs(datedSeconds - seconds) > 0.002) complain(`${datedSeconds} s between its dates`)
  const isSet = offsets.some((offset, at) => at > 0 && Math.abs(offset - offsets[at - 1]) > 2)
  if (codes.includes('CLOCK_SET') !== isSet) complain(`warnings: ${codes}`)
  if (codes.includes('MACHINE_SLEPT')) complain('no machine has slept')

  const grams = record.carbon.operational_g.value
  const isRight = offsets.at(-1) === 0
  // Memory is modelled beside the counter, and as even.
  const truth = (trueGrams(trueStart, trueEnd) * whole * JOULES_PER_KWH) / joules
  // An instant that is so far off puts so much energy at another of the intensities, 100 to 500.
  const most = ((WATTS * slackSeconds) / JOULES_PER_KWH) * 400 * Math.ceil((seconds * 1000) / STEP_MS + 1)
  if (isRight && !isKilled && Math.abs(grams - truth) > most) complain(`${grams} g of ${truth} g`)
  if (!isRight && !isKilled && !codes.includes('GRID_STALE'))
    complain('a wrong clock is not said of the grid')
  return {
    name,
    seconds,
    offSeconds: offJoules / WATTS,
    gramsOffPercent: isRight && !isKilled ? (grams / truth - 1) * 100 : null,
    startedAt: record.started_at,
    endedAt: record.ended_at,
    warnings: codes.filter(code => /^(CLOCK|GRID|MACHINE)/.test(code)),
  }
}

const runs = []
const waiting = [...CASES]
const lane = async () => {
  for (let next = waiting.shift(); next; next = waiting.shift()) runs.push(await live(next))
}
await Promise.all([lane(), lane(), lane()])
counter.stop()
const judged = runs.map(judge)
console.log(
  JSON.stringify(
    { judged, wrong },
    (_, value) => (typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value),
    2,
  ),
)
counter.dispose()
rmSync(root, { recursive: true, force: true })
process.exitCode = wrong.length > 0 ? 1 : 0
