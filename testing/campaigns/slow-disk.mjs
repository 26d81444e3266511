// A store on a disk on which each creation, write and renaming takes half a second: what a training waits for the
// tracker, how far its readings are apart, and what a kill takes.
//
//   node tools/build.mjs && nice -n 10 node testing/campaigns/slow-disk.mjs [--ms 500] [--seconds 10]
//
// The disk is slow by a library that is loaded before libc, so this needs a C compiler, and Linux.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openStore, recoverRuns } from '../../packages/core/dist/index.js'
import { realTimeCounter } from './real-time-counter.mjs'

const { values } = parseArgs({
  options: {
    ms: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
  },
})
const SLOW_MS = Number(values.ms)
const SECONDS = Number(values.seconds)
const WATTS = 150
const JOULES_PER_KWH = 3.6e6
const INTERVAL_MS = 200

const here = path => fileURLToPath(new URL(path, import.meta.url))
const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'epochwatt-slow-disk-'))
const library = join(root, 'slow-disk.so')
const compiled = spawnSync('cc', [
  '-shared',
  '-fPIC',
  '-O1',
  '-o',
  library,
  here('slow-disk/slow-disk.c'),
  '-ldl',
])
if (compiled.status !== 0) {
  console.log(JSON.stringify({ missing: `no C compiler: ${compiled.error?.message ?? compiled.stderr}` }))
  process.exit(2)
}
const counter = realTimeCounter({ watts: WATTS })

const live = (name, way, { slow = true, killAfterMs } = {}) =>
  new Promise(resolve => {
    const dir = join(root, name)
    const waits = join(root, `waits of ${name}`)
    writeFileSync(waits, Buffer.alloc(8))
    const child = spawn(process.execPath, [here('slow-disk/training.mjs'), dir, String(SECONDS), way], {
      env: {
        ...process.env,
        ...counter.env,
        EPOCHWATT_OFFLINE: '1',
        ...(slow && {
          LD_PRELOAD: library,
          SLOW_DISK_PATH: dir,
          SLOW_DISK_MS: String(SLOW_MS),
          SLOW_DISK_WAITS: waits,
        }),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    let killedAt
    child.stdout.setEncoding('utf8').on('data', text => {
      if (said === '' && killAfterMs !== undefined)
        setTimeout(() => {
          killedAt = performance.timeOrigin + performance.now()
          child.kill('SIGKILL')
        }, killAfterMs)
      said += text
    })
    child.once('close', () => {
      counter.refresh()
      const [first, last] = said.trim().split('\n').map(JSON.parse)
      if (killedAt) recoverRuns(dir)
      resolve({ name, dir, slow, killedAt, ...first, ...last, record: openStore(dir).read(first.id) })
    })
  })

/** Longest distance between two readings of the sampler, seconds. */
const longestGap = ({ dir, id }) => {
  const folder = openStore(dir).runDirectory(id)
  const times = readdirSync(folder)
    .filter(name => name.startsWith('samples'))
    .flatMap(name => readFileSync(join(folder, name), 'utf8').split('\n'))
    .flatMap(line => (line.startsWith('{"type":"tick"') ? JSON.parse(line).t / 1e9 : []))
    .sort((a, b) => a - b)
  return [0, ...times].slice(1).reduce((most, t, at) => Math.max(most, t - [0, ...times][at]), 0)
}

const wrong = []
const judge = run => {
  const { name, record, waits = [], slow, killedAt } = run
  const complain = what => wrong.push({ name, what })
  const from = Date.parse(record.started_at)
  const to = killedAt ?? from + record.duration_s * 1000
  const joules = record.energy.components.cpu.kwh.value * JOULES_PER_KWH
  const lost = (counter.shownAt(to) - counter.shownAt(from) - joules) / WATTS
  const slack = counter.longestStandstill(from, to) + 0.02
  const gap = longestGap(run)
  // What came during one write, and what waited for the next.
  const mayLose = killedAt ? (2 * SLOW_MS + INTERVAL_MS) / 1000 : 0
  if (lost > mayLose + slack) complain(`${lost} s lost`)
  if (lost < -slack) complain(`${-lost} s gained`)
  const whole = record.energy.total_kwh.value
  const sum = record.epochs.reduce((total, { energy_kwh }) => total + (energy_kwh?.value ?? 0), 0)
  if (Math.abs(sum + record.outside_epochs.energy_kwh.value - whole) > 1e-9 * whole) complain('epochs')
  if (!killedAt && record.epochs.length !== waits.length)
    complain(`${record.epochs.length} epochs of ${waits.length}`)
  const sorted = [...waits].sort((a, b) => a - b)
  const [median, most] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)]
  if (run.inEpochs > 0) complain(`the training waited for the disk ${run.inEpochs} times`)
  if (slow && !killedAt && !(run.before > 0)) complain('the disk was not slow')
  return {
    name,
    startMs: run.startMs,
    waitsForDisk: { atStart: run.before, inEpochs: run.inEpochs },
    stopMs: run.stopMs,
    epochs: record.epochs.length,
    waitMs: { median, p99: sorted[Math.floor(sorted.length * 0.99)], most },
    longestGapSeconds: gap,
    lostSeconds: lost,
  }
}

const CASES = [
  ['quick disk', 'yields', { slow: false }],
  ['slow disk', 'yields'],
  ['slow disk, a loop that never yields', 'blocked'],
  ['slow disk, killed', 'yields', { killAfterMs: (SECONDS * 1000) / 2 }],
]
const runs = []
for (const each of CASES) if (each[0].includes(values.only)) runs.push(await live(...each))
counter.stop()
const judged = runs.map(judge)
console.log(
  JSON.stringify(
    { writeMs: SLOW_MS, judged, wrong },
    (_, value) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value),
    2,
  ),
)
counter.dispose()
rmSync(root, { recursive: true, force: true })
process.exitCode = wrong.length > 0 ? 1 : 0
