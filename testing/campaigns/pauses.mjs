// A training that is not let run: stopped for a while, throttled to a tenth of a processor, or on a machine that sleeps.
//
//   node tools/build.mjs && nice -n 10 node testing/campaigns/pauses.mjs [--pause-seconds 20] [--only asleep]
//
// Sleep is that of the process: it is stopped, and then finds its monotonic clock where it was, while the wall clock and
// the time since boot have gone on, by a library that is loaded before libc (a C compiler, Linux). Throttling is by
// signals: 10 of 100 ms, the period of a cgroup's quota. Neither needs rights over the machine.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openStore } from '../../packages/core/dist/index.js'
import { realTimeCounter } from './real-time-counter.mjs'

const { values } = parseArgs({
  options: { 'pause-seconds': { type: 'string', default: '20' }, only: { type: 'string', default: '' } },
})
const PAUSE_MS = Number(values['pause-seconds']) * 1000
const AROUND_MS = 2000
const WATTS = 150
const JOULES_PER_KWH = 3.6e6
const INTERVAL_SECONDS = 0.2

const here = path => fileURLToPath(new URL(path, import.meta.url))
const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'epochwatt-pauses-'))
const library = join(root, 'suspended-clock.so')
const source = here('pauses/suspended-clock.c')
const compiled = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'])
if (compiled.status !== 0) {
  console.log(JSON.stringify({ missing: `no C compiler: ${compiled.error?.message ?? compiled.stderr}` }))
  process.exit(2)
}

const stopped = async child => {
  child.kill('SIGSTOP')
  await sleep(PAUSE_MS)
  child.kill('SIGCONT')
}
const asleep = watts => async (child, counter, wakeLater) => {
  child.kill('SIGSTOP')
  const began = performance.now()
  counter.setPower(watts)
  await sleep(PAUSE_MS)
  counter.setPower(WATTS)
  wakeLater(performance.now() - began)
  child.kill('SIGCONT')
}
const throttled = async child => {
  const until = performance.now() + PAUSE_MS
  while (performance.now() < until) {
    child.kill('SIGSTOP')
    await sleep(90)
    child.kill('SIGCONT')
    await sleep(10)
  }
}
const CASES = {
  'stopped, and the counter goes on': { pause: stopped },
  'throttled to a tenth': { pause: throttled },
  'asleep, and nothing is drawn': { pause: asleep(0), sleeps: true },
  'asleep, and the counter goes on': { pause: asleep(WATTS), sleeps: true },
  'asleep, and the counter begins anew': { pause: asleep(0), sleeps: true, zeroes: true },
}

const live = async ([name, { pause, sleeps = false, zeroes = false }]) => {
  const counter = realTimeCounter({ watts: WATTS })
  const dir = join(root, name)
  const suspended = join(root, `clock of ${name}`)
  const wakeLater = ms => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(BigInt(Math.round(ms * 1e6)))
    writeFileSync(suspended, bytes, { flag: existsSync(suspended) ? 'r+' : 'w' })
    if (zeroes) counter.zero()
  }
  wakeLater(0)
  const child = spawn(process.execPath, [here('pauses/training.mjs'), dir], {
    env: {
      ...process.env,
      ...counter.env,
      EPOCHWATT_OFFLINE: '1',
      ...(sleeps && { LD_PRELOAD: library, SUSPENDED_NS: suspended }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { id } = JSON.parse(
    await new Promise(resolve => child.stdout.setEncoding('utf8').once('data', resolve)),
  )
  await sleep(AROUND_MS)
  const [from, awake] = [counter.now(), performance.now()]
  await pause(child, counter, wakeLater)
  const pausedMs = performance.now() - awake
  await sleep(AROUND_MS)
  child.kill('SIGUSR2')
  await new Promise(resolve => child.once('close', resolve))
  counter.refresh()
  counter.stop()
  return { name, dir, id, sleeps, counter, from, pausedMs, record: openStore(dir).read(id) }
}

const longestGap = ({ dir, id }) => {
  const folder = openStore(dir).runDirectory(id)
  const times = readdirSync(folder)
    .filter(file => file.endsWith('.jsonl'))
    .flatMap(file => readFileSync(join(folder, file), 'utf8').split('\n'))
    .flatMap(line => (/^\{"type":"(tick|begin|end)"/.test(line) ? JSON.parse(line).t / 1e9 : []))
    .sort((a, b) => a - b)
  return times.slice(1).reduce((most, t, at) => Math.max(most, t - times[at]), 0)
}

const wrong = []
const judge = run => {
  const { name, sleeps, counter, from, pausedMs, record } = run
  const complain = what => wrong.push({ name, what })
  const joules = record.energy.components.cpu.kwh.value * JOULES_PER_KWH
  const codes = record.warnings.map(({ code }) => code)
  const start = Date.parse(record.started_at)
  const end = start + record.duration_s * 1000 + (sleeps ? pausedMs : 0)
  const shown = (a, b) => counter.shownAt(b) - counter.shownAt(a)
  // Of a sleep's energy any part may be counted that a counter shows.
  const most = shown(start, end)
  const least = sleeps ? shown(start, from) + shown(from + pausedMs, end) : most
  const slackSeconds = counter.longestStandstill(start, end) + 0.03 + (sleeps ? INTERVAL_SECONDS : 0)
  if (joules < least - WATTS * slackSeconds) complain(`${joules} J of ${least} J`)
  if (joules > most + WATTS * slackSeconds) complain(`${joules} J, more than ${most} J`)
  const whole = record.energy.total_kwh.value
  const sum = record.epochs.reduce((total, { energy_kwh }) => total + (energy_kwh?.value ?? 0), 0)
  if (Math.abs(sum + record.outside_epochs.energy_kwh.value - whole) > 1e-9 * whole) complain('epochs')
  if (codes.includes('MACHINE_SLEPT') !== sleeps) complain(`warnings ${codes}`)
  if (codes.includes('CLOCK_SET')) complain('no clock was set')
  const dated = Date.parse(record.ended_at) - start
  const expected = record.duration_s * 1000 + (sleeps ? pausedMs : 0)
  if (Math.abs(dated - expected) > 500) complain(`ended_at is ${dated} ms after the start, not ${expected}`)
  const counted = record.sensors.find(({ id }) => id === 'powercap/package-0')
  return {
    name,
    pausedSeconds: pausedMs / 1000,
    durationSeconds: record.duration_s,
    datedSeconds: dated / 1000,
    joules,
    shownAwake: least,
    shown: most,
    longestGapSeconds: longestGap(run),
    coverage: counted.coverage,
    warnings: codes.filter(code => /^(MACHINE|CLOCK|COUNTER|COVERAGE)/.test(code)),
  }
}

const runs = await Promise.all(
  Object.entries(CASES)
    .filter(([name]) => name.includes(values.only))
    .map(live),
)
const judged = runs.map(judge)
console.log(
  JSON.stringify(
    { judged, wrong },
    (_, value) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value),
    2,
  ),
)
for (const { counter } of runs) counter.dispose()
rmSync(root, { recursive: true, force: true })
process.exitCode = wrong.length > 0 ? 1 : 0
