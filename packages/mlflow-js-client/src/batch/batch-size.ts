import { limits } from '../validation/limits.js'

/** How many items go into one request: learnt from what the server can take. */
export interface BatchSize {
  readonly current: number
  /** The request went through. */
  accepted(count: number): void
  /** The server, or a gateway before it, was overwhelmed; it may recover. */
  overwhelmed(count: number): void
  /** The server takes no more than `accepted` items at once, whatever its load (Azure ML: 200 or so). */
  capped(accepted: number): void
}

/** Additive increase, multiplicative decrease, as in TCP. */
export const createBatchSize = (max: number = limits.itemsPerBatch): BatchSize => {
  let cap = max
  let current = max
  return {
    get current() {
      return current
    },
    accepted: count => {
      if (count >= current) current = Math.min(cap, current + Math.max(1, Math.round(max / 20)))
    },
    overwhelmed: count => {
      current = Math.max(1, Math.min(current, Math.floor(count / 2)))
    },
    capped: accepted => {
      cap = Math.max(1, Math.min(cap, accepted))
      current = Math.min(current, cap)
    },
  }
}
