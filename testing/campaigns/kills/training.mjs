// A training that dies in the middle of an epoch, in the way and after the time that its arguments say. It tells its
// run's id first, and then when it last knew itself to be alive.
import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTracking } from '../../../packages/core/dist/index.js'

const [dir, interval, kind, afterMs] = process.argv.slice(2)
const say = text => writeSync(1, `${text}\n`)
const alive = () => say(Date.now())

const deaths = {
  uncaught: () => {
    throw new Error('the training broke')
  },
  rejection: () => void Promise.reject(new Error('the training broke')),
  exit: () => process.exit(3),
  abort: () => process.abort(),
  crash: () => process.kill(process.pid, 'SIGSEGV'),
  memory: () => {
    for (const kept = []; ; ) {
      alive()
      kept.push(Array.from({ length: 1e5 }, (_, index) => index / 3))
    }
  },
}

const tracker = startTracking({ dir, scope: 'machine', country: 'FR', samplingIntervalMs: Number(interval) })
say(tracker.id)
const die = deaths[kind]
if (die)
  setTimeout(() => {
    alive()
    die()
  }, Number(afterMs))

alive()
for (let index = 0; ; index++) {
  const epoch = tracker.window('epoch', { index })
  await sleep(20 + (index % 7) * 15)
  epoch.logMetrics({ loss: 1 / (index + 1) })
  epoch.end()
}
