// Runs in the sampler's thread. Bundled into one CommonJS string by tools/inline-worker.mjs, since a file beside the
// caller's bundle is lost by most bundlers: nothing below may import more than node: modules and our own.
import { workerData } from 'node:worker_threads'
import { JournalWriter } from '../journal/journal-writer.js'
import { sensorsEntry } from '../journal/late-sensors.js'
import { discoverDeferred } from '../sensors/deferred.js'
import { openSensors } from '../sensors/openers.js'
import { openUsageSource } from '../sensors/usage/open-usage-source.js'
import { readTick } from './sampler.js'
import { CONTROL, type WorkerOrder } from './worker-protocol.js'

const run = (order: WorkerOrder): void => {
  const control = new Int32Array(order.control)
  const journal = new JournalWriter(order.samplesPath)
  const clock = (): number => Number(process.hrtime.bigint() - order.beganNs)
  const specs = [...order.sensors]
  if (order.deferred.length > 0) {
    const late = discoverDeferred(order.deferred, order.environment, order.sensors)
    specs.push(...late.sensors)
    journal.append(sensorsEntry(clock(), late))
  }
  const sensors = openSensors(specs, order.environment)
  const usage = openUsageSource(order.environment)
  const takeRound = (): void => {
    journal.append(readTick(clock, sensors, usage))
    Atomics.add(control, CONTROL.ticks, 1)
    Atomics.notify(control, CONTROL.ticks)
  }
  // The caller has taken the first round, but not of what was found only now.
  if (order.deferred.length > 0) takeRound()

  const intervalNs = order.intervalMs * 1e6

  // Deadlines on a grid since the start of the run: a late round does not make the next one late.
  let answered = 0
  let round = Math.floor(clock() / intervalNs) + 1
  while (Atomics.load(control, CONTROL.stop) === 0) {
    const waitMs = (round * intervalNs - clock()) / 1e6
    const early = waitMs > 0 && Atomics.wait(control, CONTROL.calls, answered, waitMs) !== 'timed-out'
    // Calls that come during the round are for another one.
    answered = Atomics.load(control, CONTROL.calls)
    if (Atomics.load(control, CONTROL.stop) !== 0) break
    takeRound()
    if (early) continue
    // After a long sleep of the machine the missed rounds are not made up for.
    round = Math.max(round + 1, Math.floor(clock() / intervalNs) + 1)
  }
  for (const sensor of sensors) sensor?.close()
  usage?.close()
  journal.close()
  Atomics.store(control, CONTROL.stopped, 1)
  Atomics.notify(control, CONTROL.stopped)
}

run(workerData as WorkerOrder)
