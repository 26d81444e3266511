// A run of days on a simulated clock: how much memory following it takes, how long its journal gets, and how long its
// record takes to build.
//
//   nice -n 10 node --expose-gc testing/campaigns/long-run.mjs --days 7
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { bundled } from './bundled.mjs'

const { values } = parseArgs({ options: { days: { type: 'string', default: '7' } } })
const SECONDS = Math.round(Number(values.days) * 86_400)
/** An epoch takes a minute, as a large one does; figures are asked for at its end. */
const EPOCH_SECONDS = 60
const WATTS = 200
const RANGE = 262_143_328_850

const {
  encodeEntry,
  EVENTS_FILE,
  LiveFigures,
  packageCounter,
  readJournal,
  recordOfJournal,
  SAMPLES_FILE,
  scriptedRun,
  tickAt,
  windowAt,
} = await bundled('campaigns/sources.ts')

const sensors = [
  packageCounter({ wrapRaw: RANGE }),
  packageCounter({ id: 'powercap/package-1', device: 'socket-1', wrapRaw: RANGE }),
  packageCounter({
    id: 'gpu/board',
    domain: 'gpu',
    component: 'gpu',
    device: 'gpu-0',
    kind: 'power_gauge',
    scale: 1,
    covers: ['gpu'],
    maxPowerWatts: 700,
  }),
]
const run = scriptedRun({ sensors, scope: 'process', staticPolicy: 'proportional' })
const raws = second => [(second * WATTS * 1e6) % RANGE, (second * WATTS * 1.1e6) % RANGE, 300 + (second % 7)]
const tick = second => ({
  ...tickAt(second, raws(second), [second * 3.5, second * 8, second * 3]),
  w: 0,
  d: { 'gpu-0': [1, 0, 0, 1, second, second] },
})

const heap = () => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 2 ** 20
}

const folder = mkdtempSync(join(tmpdir(), 'epochwatt-long-'))
const events = createWriteStream(join(folder, EVENTS_FILE))
const samples = createWriteStream(join(folder, SAMPLES_FILE))
const drained = async stream => {
  if (stream.writableNeedDrain) await new Promise(resolve => stream.once('drain', resolve))
}
events.write(encodeEntry(run))

const fresh = []
const live = new LiveFigures(run, { read: () => fresh.splice(0), close: () => undefined })
const before = heap()
let most = 0
let slowestFigureMs = 0
for (let second = 0; second <= SECONDS; second++) {
  const entry = tick(second)
  samples.write(encodeEntry(entry))
  fresh.push(entry)
  if (second > 0 && second % EPOCH_SECONDS === 0) {
    const edges = windowAt(second / EPOCH_SECONDS, second - EPOCH_SECONDS, second, [
      raws(second - EPOCH_SECONDS),
      raws(second),
    ])
    for (const edge of edges) {
      events.write(encodeEntry(edge))
      live.add(edge)
    }
    live.readSamples()
    await Promise.all([drained(events), drained(samples)])
  }
  if (second % Math.max(1, Math.floor(SECONDS / 14)) === 0) {
    const asked = performance.now()
    live.between(Math.max(0, second - 60) * 1e9, second * 1e9)
    slowestFigureMs = Math.max(slowestFigureMs, performance.now() - asked)
    most = Math.max(most, heap() - before)
  }
}
events.write(encodeEntry({ type: 'stop', t: SECONDS * 1e9, status: 'finished' }))
events.end()
samples.end()
await Promise.all([finished(events), finished(samples)])
live.close()

const sizeMb = file => statSync(join(folder, file)).size / 2 ** 20
const began = performance.now()
const cpu = process.cpuUsage()
const journal = readJournal(folder)
const readMs = performance.now() - began
const record = recordOfJournal(journal)
const { user, system } = process.cpuUsage(cpu)
console.log(
  JSON.stringify(
    {
      days: SECONDS / 86_400,
      followingMb: Math.round(most * 10) / 10,
      slowestFigureMs: Math.round(slowestFigureMs),
      journalMb: {
        events: Math.round(sizeMb(EVENTS_FILE) * 10) / 10,
        samples: Math.round(sizeMb(SAMPLES_FILE) * 10) / 10,
      },
      record: {
        readMs: Math.round(readMs),
        totalMs: Math.round(performance.now() - began),
        cpuMs: Math.round((user + system) / 1000),
        bytes: JSON.stringify(record).length,
        epochs: record.epochs.length,
        kwh: record.energy.machine_kwh?.value,
        truthKwh: (SECONDS * (WATTS * 2.1 + 303)) / 3.6e6,
      },
    },
    undefined,
    2,
  ),
)
rmSync(folder, { recursive: true, force: true })
