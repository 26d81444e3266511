import { Worker } from 'node:worker_threads'

export interface WorkerCheck {
  readonly ok: boolean
  /** Until the first message, milliseconds. */
  readonly start_ms?: number
  readonly reason?: string
}

const PATIENCE_MS = 5000

/** Starts an empty worker thread as the sampler does: from source text. Some hosts forbid threads. */
export const checkWorker = (): Promise<WorkerCheck> =>
  new Promise(resolve => {
    const began = performance.now()
    let worker: Worker
    try {
      worker = new Worker('require("node:worker_threads").parentPort.postMessage(0)', { eval: true })
    } catch (error) {
      resolve({ ok: false, reason: (error as Error).message })
      return
    }
    const timer = setTimeout(
      () => finish({ ok: false, reason: `no answer within ${PATIENCE_MS / 1000} s` }),
      PATIENCE_MS,
    )
    const finish = (result: WorkerCheck): void => {
      clearTimeout(timer)
      void worker.terminate()
      resolve(result)
    }
    worker.once('message', () => finish({ ok: true, start_ms: Math.round(performance.now() - began) }))
    worker.once('error', error => finish({ ok: false, reason: error.message }))
  })
