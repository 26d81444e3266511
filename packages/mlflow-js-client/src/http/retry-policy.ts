import type { MlflowError } from '../errors/mlflow-error.js'

/** The knobs of MLflow's Python client, with its names and units. */
export interface RetryPolicy {
  /** Seconds without any sign of life from the server before an attempt is given up. Default 120. */
  readonly timeoutSeconds: number
  /** Further attempts after the first. Default 7. */
  readonly maxRetries: number
  /** Seconds: the waits are 0, 2f, 4f, 8f ... up to 120 s. Default 2. */
  readonly backoffFactor: number
  /** Seconds of random extra wait, so that many clients do not come back in step. Default 1. */
  readonly backoffJitter: number
  /** Whether `Retry-After` is followed. Default true. */
  readonly respectRetryAfter: boolean
}

export const defaultRetryPolicy: RetryPolicy = {
  timeoutSeconds: 120,
  maxRetries: 7,
  backoffFactor: 2,
  backoffJitter: 1,
  respectRetryAfter: true,
}

const longestWaitMs = 120_000

/**
 * How long to wait before attempt `attempt + 1`, or `undefined` to give up. A server that asks for more than two
 * minutes is not waited for: the error carries `retryAfterMs`, and the caller knows better what to do meanwhile.
 */
export const waitBeforeRetry = (
  policy: RetryPolicy,
  error: MlflowError,
  attempt: number,
  random: () => number = Math.random,
): number | undefined => {
  if (!error.isRetryable || attempt > policy.maxRetries) return undefined
  const asked = policy.respectRetryAfter ? error.retryAfterMs : undefined
  if (asked !== undefined) return asked > longestWaitMs ? undefined : asked
  const backoff = attempt <= 1 ? 0 : policy.backoffFactor * 2 ** (attempt - 1)
  return Math.min(longestWaitMs, (backoff + random() * policy.backoffJitter) * 1000)
}
