import { MlflowError } from '../errors/mlflow-error.js'
import type { BatchSize } from './batch-size.js'
import { inSendingOrder, takeChunk } from './chunk.js'
import type { BatchItem } from './item.js'
import type { Rejection } from './rejection.js'

/** Sends one request; `shouldRetry` says which failures it may try again by itself. */
export type Post = (
  items: readonly BatchItem[],
  shouldRetry: (error: MlflowError) => boolean,
) => Promise<void>

/** Below this it is not the size that makes a server fall silent. */
const smallestSplitForSpeed = 100

/** No known server takes fewer at once; a smaller cap would be learnt from a coincidence. */
const smallestCap = 50

/** So that a server that refuses everything is not asked about each item. */
const maxRefusals = 200

const isTooSlow = (error: MlflowError): boolean =>
  error.errorCode === 'REQUEST_TIMEOUT' || error.status === 504 || error.status === 408

const isTooLarge = (error: MlflowError): boolean => error.status === 413

/** The refusal is about one or several of the items, not about the run, the caller or the server. */
const isAboutItems = (error: MlflowError): boolean => {
  if (error.isRetryable) return false
  // The file store answers a param that has another value with 500.
  if (error.status === 500) return true
  return error.status === 400 && !error.message.includes("must be in the 'active' state")
}

/**
 * Sends all items, in as few requests as the server can bear, and finds those that it refuses by halving the
 * requests they are in. Resolves with the refused; rejects when nothing more can be sent. Sending everything again
 * after a rejection is safe: the same points, params and tags are stored once.
 */
export const deliver = async (
  items: readonly BatchItem[],
  post: Post,
  size: BatchSize,
): Promise<readonly Rejection[]> => {
  const rejections: Rejection[] = []
  let refusals = 0

  const halve = async (chunk: readonly BatchItem[]): Promise<number> => {
    const middle = Math.ceil(chunk.length / 2)
    await send(chunk.slice(0, middle))
    await send(chunk.slice(middle))
    return middle
  }

  const send = async (chunk: readonly BatchItem[]): Promise<void> => {
    const canHalveForSpeed = chunk.length > smallestSplitForSpeed
    try {
      await post(chunk, error => !(canHalveForSpeed && isTooSlow(error)))
      size.accepted(chunk.length)
    } catch (error) {
      if (!(error instanceof MlflowError)) throw error
      if (isTooLarge(error) || isAboutItems(error)) {
        refusals += 1
        if (chunk.length === 1 || refusals > maxRefusals) {
          rejections.push(...chunk.map(item => ({ item, error })))
          return
        }
        const before = rejections.length
        const half = await halve(chunk)
        // Refused as a whole, accepted in halves: it was the number or the size, so no more than that from now on.
        // Two values for one param do not count, for those the server refuses only when they come together.
        const isRule = rejections.length === before && chunk[0]?.kind !== 'param' && half >= smallestCap
        if (isRule) size.capped(half)
      } else if (canHalveForSpeed && isTooSlow(error)) {
        size.overwhelmed(chunk.length)
        await halve(chunk)
      } else {
        throw error
      }
    }
  }

  const queue = inSendingOrder(items)
  for (let start = 0; start < queue.length; ) {
    const chunk = takeChunk(queue, start, size.current)
    start += chunk.length
    await send(chunk)
  }
  return rejections
}
