import { startThread } from '../background-thread.js'
import { messageOf } from '../errors.js'
import { within } from '../within.js'
import type { DeliveryMessage, DeliveryOrder, FinishRequest } from './delivery-worker-protocol.js'
import { DELIVERY_WORKER_SOURCE } from './delivery-worker-source.gen.js'
import type { ExportOutcome } from './run-delivery.js'

/** Beyond the time that the thread gives itself. */
const GRACE_MS = 300

export interface WorkerDelivery {
  readonly hasFailed: boolean
  /** Resolves when all events stand in the outbox, with what will become of the exporters. Never rejects. */
  finish(timeoutMs: number): Promise<{ readonly outcomes: Promise<readonly ExportOutcome[] | undefined> }>
  /** At once, with whatever is under way. */
  end(): void
}

interface Listener {
  readonly onUnusable: (key: string, reason: string) => void
  readonly onFailure: (reason: string) => void
}

/**
 * Delivers in a thread of its own, so that events reach their backends while a training loop never yields. The thread
 * never keeps the process alive; what it leaves undone stands beside the journal.
 *
 * @throws where no thread can be had.
 */
export const startWorkerDelivery = (order: DeliveryOrder, listener: Listener): WorkerDelivery => {
  const thread = startThread(
    {
      source: DELIVERY_WORKER_SOURCE,
      name: 'epochwatt-delivery',
      data: order,
      // Enough for the clients of all trackers and a batch on its way.
      limits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 128 },
    },
    error => fail(messageOf(error)),
  )
  const { worker } = thread
  let hasFailed = false
  let hasEnded = false
  let derived: (() => void) | undefined
  let done: ((outcomes: readonly ExportOutcome[] | undefined) => void) | undefined
  const isDerived = new Promise<void>(resolve => {
    derived = resolve
  })
  const outcomes = new Promise<readonly ExportOutcome[] | undefined>(resolve => {
    done = resolve
  })
  worker.on('message', (message: DeliveryMessage) => {
    if (message.type === 'unusable') listener.onUnusable(message.key, message.reason)
    else if (message.type === 'derived') derived?.()
    else done?.(message.outcomes)
  })
  // After listening, which would hold the process again.
  worker.unref()
  const fail = (reason: string): void => {
    if (!hasEnded && !hasFailed) {
      hasFailed = true
      listener.onFailure(reason)
    }
    derived?.()
    done?.(undefined)
  }
  worker.once('exit', code => fail(`the thread ended with code ${code}`))

  const end = (): void => {
    hasEnded = true
    thread.abandon()
  }
  return {
    get hasFailed() {
      return hasFailed
    },
    finish: async timeoutMs => {
      const request: FinishRequest = { timeoutMs }
      const began = performance.now()
      worker.postMessage(request)
      await within(isDerived, timeoutMs)
      const left = Math.max(0, timeoutMs - (performance.now() - began))
      return { outcomes: within(outcomes, left + GRACE_MS).finally(end) }
    },
    end,
  }
}
