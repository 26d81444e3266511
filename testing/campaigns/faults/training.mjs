// A training of some seconds; says as JSON what it came to, and that nothing was thrown into it.
import { setTimeout as sleep } from 'node:timers/promises'
import { startTracking } from '../../../packages/core/dist/index.js'

const [dir, seconds] = process.argv.slice(2)
const began = performance.now()
const tracker = startTracking({ dir, scope: 'machine', country: 'FR', samplingIntervalMs: 100 })
for (let index = 0; performance.now() - began < Number(seconds) * 1000; index++) {
  const epoch = tracker.window('epoch', { index })
  await sleep(50)
  epoch.logMetrics({ loss: 1 / (index + 1) })
  epoch.end()
}
const record = await tracker.stop()
console.log(JSON.stringify({ id: tracker.id, status: record?.status ?? null }))
