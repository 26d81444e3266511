import type { BatchItem } from '../batch/item.js'
import { MlflowBatchError, type Rejection } from '../batch/rejection.js'
import { MlflowError } from '../errors/mlflow-error.js'

export interface LogQueue {
  /** Resolves when the server has the items, rejects with why it has not. */
  add(items: readonly BatchItem[]): Promise<void>
  /** Resolves when everything added so far has been dealt with, well or badly. */
  idle(): Promise<void>
}

interface Entry {
  readonly items: readonly BatchItem[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** About 40 MB. A server that stays away must not fill the memory of a training. */
const maxWaiting = 100_000

const settle = (entry: Entry, errors: ReadonlyMap<BatchItem, MlflowError>): void => {
  const rejections = entry.items.flatMap(item => {
    const error = errors.get(item)
    return error ? [{ item, error }] : []
  })
  if (rejections.length === 0) entry.resolve()
  else entry.reject(entry.items.length === 1 ? rejections[0]?.error : new MlflowBatchError(rejections))
}

/**
 * Gathers what is logged while a request is under way and sends it with the next: the faster the caller logs, the
 * larger the requests, and a caller who waits for each point gets it stored at once.
 */
export const createLogQueue = (
  send: (items: readonly BatchItem[]) => Promise<readonly Rejection[]>,
): LogQueue => {
  let entries: Entry[] = []
  let waiting = 0
  let draining: Promise<void> | undefined

  const drain = async (): Promise<void> => {
    // One turn, in which a loop that does not wait adds the rest of its points.
    await Promise.resolve()
    while (entries.length > 0) {
      const batch = entries
      entries = []
      const items = batch.flatMap(entry => entry.items)
      try {
        const errors = new Map((await send(items)).map(({ item, error }) => [item, error]))
        for (const entry of batch) settle(entry, errors)
      } catch (error) {
        for (const entry of batch) entry.reject(error)
      }
      waiting -= items.length
    }
    draining = undefined
  }

  return {
    add: items => {
      if (waiting + items.length > maxWaiting) {
        const message = `More than ${maxWaiting} points, params and tags wait for the server; these were not taken. Await the calls that log, or log less often.`
        return Promise.reject(new MlflowError('QUEUE_FULL', message, { isRetryable: true }))
      }
      waiting += items.length
      return new Promise((resolve, reject) => {
        entries.push({ items, resolve, reject })
        draining ??= drain()
      })
    },
    idle: async () => {
      while (draining) await draining
    },
  }
}
