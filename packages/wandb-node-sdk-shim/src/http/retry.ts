import { platform } from '#platform'
import { messageOf, WandbError, type WandbErrorCode } from '../errors.js'

/** What came back from one request. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export interface RetryPolicy {
  readonly attempts: number
  readonly waitMinSeconds: number
  readonly waitMaxSeconds: number
  /** Longest time of one attempt. */
  readonly attemptTimeoutSeconds: number
  readonly isRetryable?: (status: number) => boolean
}

/** An answer that is an error, after all retries. */
class HttpError extends WandbError {
  readonly status: number

  constructor(code: WandbErrorCode, message: string, status: number) {
    super(code, message)
    this.name = 'HttpError'
    this.status = status
  }
}

/** Errors that another try does not cure. All other answers but success, and broken connections, are tried again. */
const FINAL_STATUSES = new Set([400, 401, 403, 404, 409, 410, 413, 422, 501])

/** A redirect that nobody follows is none: what was sent has not arrived. */
export const isSuccess = (status: number): boolean => status >= 200 && status < 300

export const isRetryableStatus = (status: number): boolean =>
  !isSuccess(status) && !FINAL_STATUSES.has(status)

/** Seconds that the server asks to wait, by a number or a date. */
export const retryAfterSeconds = (headers: Headers, nowMs = Date.now()): number | undefined => {
  const header = headers.get('retry-after')
  if (header === null) return undefined
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) : (Date.parse(header) - nowMs) / 1000
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined
}

/** Pause before try number `attempt` + 1: doubling, with up to a quarter added at random. */
export const backoffSeconds = (attempt: number, policy: RetryPolicy, random = Math.random()): number =>
  Math.min(policy.waitMinSeconds * 2 ** (attempt - 1), policy.waitMaxSeconds) * (1 + random / 4)

/** Resolves after `seconds`, or rejects when `signal` aborts. Does not keep the process alive. */
export const pause = (seconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const abort = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const done = () => {
      signal.removeEventListener('abort', abort)
      resolve()
    }
    const timer = platform.background(setTimeout(done, Math.min(seconds * 1000, 2 ** 31 - 1)))
    signal.addEventListener('abort', abort, { once: true })
  })

const errorOf = (what: string, { status, text }: Answer): HttpError => {
  const detail = text.length > 0 ? `: ${text.slice(0, 300)}` : ''
  if (status === 401) {
    return new HttpError(
      'AUTHENTICATION',
      `${what}: the server refuses the API key (HTTP 401)${detail}`,
      status,
    )
  }
  return new HttpError('COMMUNICATION', `${what}: HTTP ${status}${detail}`, status)
}

/**
 * Sends until a success comes, the policy's attempts are used up, or `signal` aborts. `Retry-After` is
 * heeded where it asks for more than the policy's own pause.
 *
 * @throws {WandbError} `AUTHENTICATION` or `COMMUNICATION`, with the last error.
 */
export const sendWithRetry = async (
  what: string,
  send: (signal: AbortSignal) => Promise<Answer>,
  policy: RetryPolicy,
  signal: AbortSignal,
): Promise<Answer> => {
  const isRetryable = policy.isRetryable ?? isRetryableStatus
  let last: WandbError | undefined
  try {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted()
      let wait = backoffSeconds(attempt, policy)
      try {
        const timeout = AbortSignal.timeout(policy.attemptTimeoutSeconds * 1000)
        const answer = await send(AbortSignal.any([signal, timeout]))
        if (isSuccess(answer.status)) return answer
        last = errorOf(what, answer)
        if (!isRetryable(answer.status)) throw last
        wait = Math.max(wait, retryAfterSeconds(answer.headers) ?? 0)
      } catch (error) {
        if (error === last || signal.aborted) throw error
        last = new WandbError('COMMUNICATION', `${what}: ${reasonOf(error)}`, { cause: error })
      }
      if (attempt >= policy.attempts) throw last
      await pause(wait, signal)
    }
  } catch (error) {
    if (error instanceof WandbError && error !== signal.reason) throw error
    const because = last ? ` The last error was: ${last.message}` : ''
    throw new WandbError('COMMUNICATION', `${what}: ${reasonOf(error)}.${because}`, { cause: last ?? error })
  }
}

/** fetch says "fetch failed" and puts the reason into the cause. */
const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && cause.message ? `${messageOf(error)} (${cause.message})` : messageOf(error)
}
