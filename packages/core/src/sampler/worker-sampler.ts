import { Worker } from 'node:worker_threads'
import { FLUSH_TIMEOUT_MS } from '../slow-disk/unhurried-journal.js'
import { within } from '../within.js'
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
  const worker = new Worker(WORKER_SOURCE, {
    eval: true,
    name: 'epochwatt-sampler',
    workerData: { ...order, control: shared },
    // The parent's --import and --require hooks (an auto-start among them) are none of the sampler's business.
    execArgv: [],
    // The sampler keeps nothing: a small heap is collected often and costs the training less memory.
    resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 8, stackSizeMb: 1 },
    stdout: false,
    stderr: false,
  })
  let ended = false
  const exited = new Promise<void>(resolve => {
    worker.once('exit', () => {
      ended = true
      resolve()
    })
  })
  worker.once('error', error => {
    ended = true
    onFailure(error as Error)
  })
  worker.unref()

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
      if (ended || (order.deferred.length === 0 && !always)) return
      // While a driver is slow to answer there is nothing to wait for.
      if (order.deferred.length > 0 && before === 0) return
      if (timeoutMs === 0 && performance.now() - called < SHORTEST_INTERVAL_MS) return
      called = performance.now()
      wake()
      if (timeoutMs > 0) Atomics.wait(control, CONTROL.ticks, before, timeoutMs)
    },
    stop: async timeoutMs => {
      if (ended) return
      requestStop()
      worker.ref()
      await within(exited, timeoutMs)
      if (!ended && isSampled()) await within(exited, FLUSH_TIMEOUT_MS)
      if (ended) return
      // A thread inside a driver's call ends when the driver returns; nobody waits for that.
      worker.unref()
      worker.terminate().catch(() => {})
    },
    stopNow: timeoutMs => {
      requestStop()
      if (!ended) Atomics.wait(control, CONTROL.stopped, 0, timeoutMs)
      if (!ended && isSampled()) Atomics.wait(control, CONTROL.stopped, 0, FLUSH_TIMEOUT_MS)
    },
  }
}
