// Many short trainings in one process, some of them at a time, by the version of the library that the first argument
// names. Says as JSON what became of each.
import { setTimeout as sleep } from 'node:timers/promises'

const [library, dir, count, atOnce] = process.argv.slice(2)
const { startTracking } = await import(library)

const done = []
let begun = 0
const lane = async () => {
  while (begun < Number(count)) {
    begun++
    const tracker = startTracking({ dir, scope: 'machine', country: 'FR', samplingIntervalMs: 200 })
    const epoch = tracker.window('epoch', { index: 0 })
    await sleep(300)
    epoch.logMetrics({ loss: 0.5 })
    epoch.end()
    const record = await tracker.stop()
    done.push({ id: tracker.id, status: record?.status ?? null })
  }
}
await Promise.all(Array.from({ length: Number(atOnce) }, lane))
console.log(JSON.stringify(done))
