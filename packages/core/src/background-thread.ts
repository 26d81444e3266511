import { type ResourceLimits, Worker } from 'node:worker_threads'
import { within } from './within.js'

interface ThreadOrder {
  /** A bundled script: a file of its own would not be found by bundlers. */
  readonly source: string
  /** Shown by debuggers and in traces. */
  readonly name: string
  readonly data: unknown
  /** A small heap is collected often and costs the training less memory; a leak ends the thread, not the training. */
  readonly limits: ResourceLimits
}

/** A thread that keeps no process alive, and whose failure is told, not thrown. */
export interface BackgroundThread {
  readonly worker: Worker
  /** As far as events of it are heard here. */
  readonly hasEnded: boolean
  /** Waits until it has ended, at most this long, meanwhile keeping the process alive. Says whether it has. Never rejects. */
  ended(timeoutMs: number): Promise<boolean>
  /** Asks the engine to end it; nobody waits for a call into a driver or for a disk that holds it. */
  abandon(): void
}

/** @throws where no thread can be started. */
export const startThread = (
  { source, name, data, limits }: ThreadOrder,
  onFailure: (error: Error) => void,
): BackgroundThread => {
  const worker = new Worker(source, {
    eval: true,
    name,
    workerData: data,
    // The parent's --import and --require hooks (an auto-start among them) are none of its business.
    execArgv: [],
    resourceLimits: limits,
  })
  let hasEnded = false
  const exited = new Promise<void>(resolve => {
    worker.once('exit', () => {
      hasEnded = true
      resolve()
    })
  })
  worker.once('error', error => {
    hasEnded = true
    onFailure(error as Error)
  })
  worker.unref()
  return {
    worker,
    get hasEnded() {
      return hasEnded
    },
    ended: async timeoutMs => {
      if (hasEnded) return true
      worker.ref()
      await within(exited, timeoutMs)
      return hasEnded
    },
    abandon: () => {
      worker.unref()
      worker.terminate().catch(() => {})
    },
  }
}
