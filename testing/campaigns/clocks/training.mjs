// A training of some seconds under a clock that somebody sets meanwhile. It tells when it began and ended by the clock
// that all processes share, and what the calendar said at its start.
import { setTimeout as sleep } from 'node:timers/promises'
import { startTracking, timeSeriesGrid } from '../../../packages/core/dist/index.js'

const [dir, seconds, course] = process.argv.slice(2)
const say = what => console.log(JSON.stringify(what))
const shared = () => String(process.hrtime.bigint())

const grid = timeSeriesGrid({ path: course, unit: 'g/kWh', zone: 'FR' })
const wallMs = [Date.now()]
const began = [shared()]
const tracker = startTracking({ dir, scope: 'machine', country: 'FR', grid, pue: 1, samplingIntervalMs: 200 })
began.push(shared())
wallMs.push(Date.now())
say({ id: tracker.id, began, wallMs })
const until = performance.now() + Number(seconds) * 1000
for (let index = 0; performance.now() < until; index++) {
  const epoch = tracker.window('epoch', { index })
  await sleep(100)
  epoch.end()
}
const stopping = shared()
await tracker.stop()
say({ stopping, stopped: shared() })
