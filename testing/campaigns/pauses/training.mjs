// A training that goes on until it is told to end, by a signal that it does not mind. Says its id, and then its end.
import { setTimeout as sleep } from 'node:timers/promises'
import { startTracking } from '../../../packages/core/dist/index.js'

const [dir] = process.argv.slice(2)
let isOver = false
process.on('SIGUSR2', () => {
  isOver = true
})
const tracker = startTracking({ dir, scope: 'machine', country: 'FR', samplingIntervalMs: 200 })
console.log(JSON.stringify({ id: tracker.id }))
for (let index = 0; !isOver; index++) {
  const epoch = tracker.window('epoch', { index })
  await sleep(100)
  epoch.end()
}
await tracker.stop()
