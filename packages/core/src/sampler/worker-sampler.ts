import { startThread } from '../background-thread.js'
import { FLUSH_TIMEOUT_MS } from '../slow-disk/unhurried-journal.js'
import type { Sampler } from './sampler.js'
import { CONTROL, CONTROL_BYTES, type WorkerOrder } from './worker-protocol.js'
import { WORKER_SOURCE } from './worker-source.gen.js'

/** Windows of a few milliseconds do not each get a round of their own: counters of devices are slower than that. */
const SHORTEST_INTERVAL_MS = 50

/**
 * Samples in a thread of its own, so that a training loop which never yields costs no reading. The thread never keeps
 * the process alive, and its failure is reported to `onFailure`, not thrown.
 */
export const startWorkerSampler = (
  order: Omit<WorkerOrder, 'control'>,
  onFailure: (error: Error) => void,
): Sampler => {
  const shared = new SharedArrayBuffer(CONTROL_BYTES)
  const control = new Int32Array(shared)
  const thread = startThread(
    {
      source: WORKER_SOURCE,
      name: 'epochwatt-sampler',
      data: { ...order, control: shared } satisfies WorkerOrder,
      // The sampler keeps nothing.
      limits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 8, stackSizeMb: 1 },
    },
    onFailure,
  )

  const wake = (): void => {
    Atomics.add(control, CONTROL.calls, 1)
    Atomics.notify(control, CONTROL.calls)
  }
  const requestStop = (): void => {
    Atomics.store(control, CONTROL.stop, 1)
    wake()
  }
  let called = Number.NEGATIVE_INFINITY
  const isSampled = (): boolean => Atomics.load(control, CONTROL.sampled) === 1
  const ticks = (): number => Atomics.load(control, CONTROL.ticks)
  return {
    kind: 'worker',
    ticks,
    readNow: (timeoutMs, always = false) => {
      const before = ticks()
      if (thread.hasEnded || (order.deferred.length === 0 && !always)) return
      // While a driver is slow to answer there is nothing to wait for.
      if (order.deferred.length > 0 && before === 0) return
      if (timeoutMs === 0 && performance.now() - called < SHORTEST_INTERVAL_MS) return
      called = performance.now()
      wake()
      if (timeoutMs > 0) Atomics.wait(control, CONTROL.ticks, before, timeoutMs)
    },
    stop: async timeoutMs => {
      if (thread.hasEnded) return
      requestStop()
      const hasEnded =
        (await thread.ended(timeoutMs)) || (isSampled() && (await thread.ended(FLUSH_TIMEOUT_MS)))
      if (!hasEnded) thread.abandon()
    },
    stopNow: timeoutMs => {
      requestStop()
      if (!thread.hasEnded) Atomics.wait(control, CONTROL.stopped, 0, timeoutMs)
      if (!thread.hasEnded && isSampled()) Atomics.wait(control, CONTROL.stopped, 0, FLUSH_TIMEOUT_MS)
    },
  }
}
