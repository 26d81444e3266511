import { startThread } from '../../background-thread.js'
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
  const thread = startThread(
    {
      source: METER_THREAD_SOURCE,
      name: 'epochwatt-meters',
      data: { ...order, control: shared } satisfies MeterThreadOrder,
      limits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64, stackSizeMb: 1 },
    },
    onFailure,
  )
  return {
    stop: async timeoutMs => {
      if (thread.hasEnded) return
      thread.worker.postMessage(timeoutMs)
      if (!(await thread.ended(timeoutMs + GRACE_MS))) thread.abandon()
    },
    stopNow: timeoutMs => {
      if (thread.hasEnded) return
      thread.worker.postMessage(0)
      Atomics.wait(control, 0, 0, timeoutMs)
    },
  }
}
