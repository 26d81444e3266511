// Runs in the thread that delivers. Bundled into one CommonJS string by tools/inline-worker.mjs, as the sampler's is;
// what it imports besides are the exporters, by the URLs it is given.
import { getPriority, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../errors.js'
import { noteExporter } from './delivery-note.js'
import type { DeliveryMessage, DeliveryOrder, FinishRequest } from './delivery-worker-protocol.js'
import { loadExporter } from './portable.js'
import { RunDelivery } from './run-delivery.js'

/** Backends' clients are large, and a training's first seconds are busy: they are loaded after that. */
const LOAD_AFTER_MS = 1500
const UPDATE_EVERY_MS = 1000
/** Metrics of a window are usually logged right after its end. */
const SETTLE_MS = 500

/** Steps of niceness behind the training. */
const STEP_BACK = 5

/** Where cores are scarce they belong to the training. On Linux the priority is that of the calling thread alone. */
const stepBack = (): void => {
  if (process.platform !== 'linux') return
  try {
    setPriority(Math.min(19, getPriority() + STEP_BACK))
  } catch {
    // Forbidden in some sandboxes.
  }
}

const serve = ({ directory, run, exporters }: DeliveryOrder): void => {
  const port = parentPort!
  const tell = (message: DeliveryMessage): void => port.postMessage(message)
  const delivery = new RunDelivery({ directory, run, settleMs: SETTLE_MS })
  for (const exporter of exporters) noteExporter(directory, exporter)
  delivery.takeOver()
  let timer: NodeJS.Timeout | undefined

  const load = async (): Promise<void> => {
    for (const { key, module, options } of exporters) {
      try {
        delivery.add({ key, exporter: await loadExporter(module, options) })
      } catch (error) {
        tell({ type: 'unusable', key, reason: messageOf(error) })
      }
    }
    delivery.update()
    timer = setInterval(() => delivery.update(), UPDATE_EVERY_MS)
  }

  let loading: Promise<void> | undefined
  const patience = setTimeout(() => {
    loading ??= load()
  }, LOAD_AFTER_MS)

  const finish = async ({ timeoutMs }: FinishRequest): Promise<void> => {
    clearTimeout(patience)
    const began = performance.now()
    delivery.complete()
    tell({ type: 'derived' })
    loading ??= load()
    await loading
    clearInterval(timer)
    const left = Math.max(0, timeoutMs - (performance.now() - began))
    tell({ type: 'done', outcomes: await delivery.finish(left) })
    port.close()
  }
  port.once('message', (request: FinishRequest) => void finish(request))
}

stepBack()
serve(workerData as DeliveryOrder)
