// A run of days on a simulated clock: how much memory following it takes, how much disk its journal, and how long its
// record takes to build. Fails where one of them is more than it may be.
//
//   node testing/campaigns/long-run.mjs --days 7
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { bundled } from './bundled.mjs'

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '7' },
    'segment-kb': { type: 'string' },
    'most-mb': { type: 'string', default: '20' },
    'most-seconds': { type: 'string', default: '5' },
  },
})
const SECONDS = Math.round(Number(values.days) * 86_400)
/** An epoch takes a minute, as a large one does; half of it trains, a quarter validates. */
const EPOCH_SECONDS = 60
const WATTS = 200
const RANGE = 262_143_328_850

const {
  encodeEntry,
  EVENTS_FILE,
  JournalWriter,
  LiveFigures,
  openJournal,
  packageCounter,
  recordOfJournal,
  SAMPLES_FILE,
  scriptedRun,
  SEGMENT_BYTES,
  SegmentPacker,
  tailSamples,
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
  d: { 'gpu-0': [1, 0, 0, 1, second, second] },
})
const windowsOf = to => {
  const [epoch, from] = [to / EPOCH_SECONDS, to - EPOCH_SECONDS]
  const spans = [
    [3 * epoch, from, to, 'epoch', { index: epoch }],
    [3 * epoch + 1, from, from + 30, 'train', {}],
    [3 * epoch + 2, from + 30, from + 45, 'validation', {}],
  ]
  const edges = spans.flatMap(([window, begin, end, ...what]) =>
    windowAt(window, begin, end, [raws(begin), raws(end)], ...what),
  )
  return edges.sort((a, b) => a.t - b.t)
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')
const heldMb = () => {
  // Twice: what typed arrays stood on is freed only after the first.
  for (let round = 0; round < 2; round++) collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}
const mb = bytes => Math.round((bytes / 2 ** 20) * 10) / 10

const folder = mkdtempSync(join(tmpdir(), 'epochwatt-long-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const segmentBytes = values['segment-kb'] ? Number(values['segment-kb']) * 1024 : SEGMENT_BYTES

const wrong = []
const expectAtMost = (what, value, most) => {
  if (!(value <= most)) wrong.push(`${what}: ${value}, at most ${most}`)
}

// The run, and whoever follows it on the training's thread: figures are asked for once an hour.
const events = new JournalWriter(join(folder, EVENTS_FILE), segmentBytes)
const samples = new JournalWriter(join(folder, SAMPLES_FILE), segmentBytes)
const packer = new SegmentPacker(folder)
events.append(run)
const before = heldMb()
const live = new LiveFigures(run, tailSamples(folder, run))
let writtenBytes = 0
let followingMb = 0
let slowestFigureMs = 0
for (let second = 0; second <= SECONDS; second++) {
  const line = encodeEntry(tick(second))
  samples.appendLine(line)
  writtenBytes += line.length
  packer.step(second * 1000)
  if (second > 0 && second % EPOCH_SECONDS === 0) {
    for (const edge of windowsOf(second)) {
      events.append(edge)
      live.add(edge)
    }
  }
  if (second % 3600 !== 0) continue
  const asked = performance.now()
  live.between(Math.max(0, second - EPOCH_SECONDS) * 1e9, second * 1e9)
  slowestFigureMs = Math.max(slowestFigureMs, performance.now() - asked)
  followingMb = Math.max(followingMb, heldMb() - before)
}
events.append({ type: 'stop', t: SECONDS * 1e9, status: 'finished' })
live.close()
for (const writer of [events, samples, packer]) writer.close()
expectAtMost('memory of following, MB', followingMb, Number(values['most-mb']))

const files = readdirSync(folder)
const onDisk = files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
const largest = Math.max(...files.map(name => statSync(join(folder, name)).size))
expectAtMost('the largest file of the journal, bytes', largest, segmentBytes + 1024)
// The first segment stays as it is, and so does the last.
const segments = Math.floor(writtenBytes / segmentBytes) + 1
const packed = files.filter(name => name.endsWith('.gz')).length
expectAtMost('segments that were not packed', segments - 2 - packed, 0)

const began = performance.now()
const cpu = process.cpuUsage()
const record = recordOfJournal(openJournal(folder))
const recordMs = performance.now() - began
const { user, system } = process.cpuUsage(cpu)
expectAtMost(
  'building the record, seconds of processor time',
  (user + system) / 1e6,
  Number(values['most-seconds']),
)
const truthKwh = (SECONDS * (WATTS * 2.1 + 303)) / 3.6e6
expectAtMost('energy against the truth', Math.abs(record.energy.machine_kwh.value / truthKwh - 1), 1e-5)
expectAtMost('warnings', record.warnings.length, 0)
expectAtMost('epochs lost', Math.floor(SECONDS / EPOCH_SECONDS) - record.epochs.length, 0)

console.log(
  JSON.stringify(
    {
      days: SECONDS / 86_400,
      followingMb: Math.round(followingMb * 10) / 10,
      slowestFigureMs: Math.round(slowestFigureMs),
      journal: { writtenMb: mb(writtenBytes), onDiskMb: mb(onDisk), segments, packed },
      record: {
        totalMs: Math.round(recordMs),
        cpuMs: Math.round((user + system) / 1000),
        bytes: JSON.stringify(record).length,
        epochs: record.epochs.length,
        kwh: record.energy.machine_kwh.value,
        truthKwh,
      },
      wrong,
    },
    undefined,
    2,
  ),
)
process.exitCode = wrong.length === 0 ? 0 : 1
