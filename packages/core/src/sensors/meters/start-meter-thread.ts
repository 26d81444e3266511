import { Worker } from 'node:worker_threads'
import type { MeterThreadOrder } from './meter-thread-order.js'
import { METER_THREAD_SOURCE } from './meter-thread-source.gen.js'

/** Reads meters beside the run. */
export interface MeterThread {
  /** Ends reading after a last round; resolves within `timeoutMs` and a little. Never rejects. */
  stop(timeoutMs: number): Promise<void>
  /** The same for exit handlers, without a last round. */
  stopNow(timeoutMs: number): void
}

/** A thread that has had its time for last readings ends within this. */
const GRACE_MS = 200

/**
 * Reads meters in a thread of its own. It never keeps the process alive; its failure is reported, not thrown.
 *
 * @throws where no thread can be started.
 */
export const startMeterThread = (
  order: Omit<MeterThreadOrder, 'control'>,
  onFailure: (error: Error) => void,
): MeterThread => {
  const shared = new SharedArrayBuffer(4)
  const control = new Int32Array(shared)
  const worker = new Worker(METER_THREAD_SOURCE, {
    eval: true,
    name: 'epochwatt-meters',
    workerData: { ...order, control: shared } satisfies MeterThreadOrder,
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64, stackSizeMb: 1 },
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
  return {
    stop: async timeoutMs => {
      if (ended) return
      worker.postMessage(timeoutMs)
      worker.ref()
      let timer: NodeJS.Timeout | undefined
      const patience = new Promise<void>(resolve => {
        timer = setTimeout(resolve, timeoutMs + GRACE_MS)
      })
      await Promise.race([exited, patience])
      clearTimeout(timer)
      if (ended) return
      worker.unref()
      worker.terminate().catch(() => {})
    },
    stopNow: timeoutMs => {
      if (ended) return
      worker.postMessage(0)
      Atomics.wait(control, 0, 0, timeoutMs)
    },
  }
}
