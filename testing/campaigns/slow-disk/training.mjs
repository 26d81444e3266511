// A training of some seconds that times what it has to wait for the tracker, and asks how often it was for the disk.
// `blocked`: it never yields.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTracking } from '../../../packages/core/dist/index.js'

const [dir, seconds, way] = process.argv.slice(2)
const timed = async work => {
  const began = performance.now()
  const result = await work()
  return [result, performance.now() - began]
}
const busy = ms => {
  const until = performance.now() + ms
  while (performance.now() < until);
}

const [tracker, startMs] = await timed(() =>
  startTracking({ dir, scope: 'machine', country: 'FR', samplingIntervalMs: 200 }),
)
console.log(JSON.stringify({ id: tracker.id }))
/** How often this thread waited for the disk so far. */
const waitsForDisk = () =>
  process.env.SLOW_DISK_WAITS ? Number(readFileSync(process.env.SLOW_DISK_WAITS).readBigInt64LE()) : 0
const before = waitsForDisk()
const waits = []
const until = performance.now() + Number(seconds) * 1000
for (let index = 0; performance.now() < until; index++) {
  const began = performance.now()
  const epoch = tracker.window('epoch', { index })
  const opened = performance.now()
  if (way === 'blocked') busy(50)
  else await sleep(50)
  const closing = performance.now()
  epoch.logMetrics({ loss: 1 / (index + 1) })
  epoch.end()
  const energy = epoch.figures().energyKwh
  waits.push(opened - began + performance.now() - closing)
  if (energy === undefined) throw new Error(`epoch ${index} has no energy`)
}
const inEpochs = waitsForDisk() - before
const [record, stopMs] = await timed(() => tracker.stop())
console.log(JSON.stringify({ startMs, before, inEpochs, stopMs, waits, status: record?.status ?? null }))
