// A training of some seconds; says as JSON what it came to, and that nothing was thrown into it.
import { setTimeout as sleep } from 'node:timers/promises'
import { startTracking } from '../../../packages/core/dist/index.js'

const [dir, seconds, trackers = '1'] = process.argv.slice(2)
const began = performance.now()
const runs = Array.from({ length: Number(trackers) }, () =>
  startTracking({ dir, scope: 'machine', country: 'FR', samplingIntervalMs: 100 }),
)
for (let index = 0; performance.now() - began < Number(seconds) * 1000; index++) {
  const epochs = runs.map(run => run.window('epoch', { index }))
  await sleep(50)
  for (const epoch of epochs) {
    epoch.logMetrics({ loss: 1 / (index + 1) })
    epoch.end()
  }
}
const stopping = performance.now()
const records = await Promise.all(runs.map(run => run.stop()))
console.log(
  JSON.stringify({
    ids: runs.map(({ id }) => id),
    stopMs: performance.now() - stopping,
    statuses: records.map(record => record?.status),
    durations: records.map(record => record?.duration_s),
  }),
)
