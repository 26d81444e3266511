import { errorFromResponse, type RequestSummary, requestIdOf } from '../errors/error-from-response.js'
import { MlflowError } from '../errors/mlflow-error.js'
import { networkError } from '../errors/network-error.js'
import { pause } from './pause.js'
import { type RetryPolicy, waitBeforeRetry } from './retry-policy.js'
import { startWatchdog, type Watchdog } from './watchdog.js'
import { withoutSecrets } from './without-secrets.js'

/** What this client needs of `fetch`; the global one fits, and so does undici's. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Written out, as `BodyInit` and `HeadersInit` are unknown to programs without the types of the DOM. */
export type RequestBody = string | Blob | ReadableStream<Uint8Array>

/**
 * Called for each attempt of each request, just before it is sent; what it returns is added to the
 * headers.
 */
export type SignRequest = (
  request: OutgoingRequest,
) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>

export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Called for each attempt, since a stream can be read only once. */
  readonly body?: (signOfLife: () => void) => RequestBody
  readonly signal?: AbortSignal | undefined
  /** Off for presigned URLs: our credentials are for the tracking server alone. Default true. */
  readonly authenticate?: boolean
  /** Narrows what is sent again. */
  readonly shouldRetry?: ((error: MlflowError) => boolean) | undefined
  /** A last look before the next attempt, which may find that the work is done after all. */
  readonly beforeRetry?: (() => Promise<void>) | undefined
}

export type Read<T> = (response: Response, signOfLife: () => void) => Promise<T>

export interface Transport {
  /** Sends, again if need be, and reads the reply within the attempt, so that a torn reply counts as a failure too. */
  request<T>(request: HttpRequest, read: Read<T>): Promise<T>
}

/** What a request is about to send; for signing schemes. */
export interface OutgoingRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** `undefined` for requests without a body and for artifact bytes. */
  readonly body: string | undefined
}

export interface TransportOptions {
  readonly fetch: Fetch
  readonly policy: RetryPolicy
  readonly allowRedirects: boolean
  /** Sent to the tracking server with each request. */
  readonly headers: Readonly<Record<string, string>>
  readonly signRequest: SignRequest | undefined
  /** Ends everything that is under way, waits included. */
  readonly signal: AbortSignal | undefined
  /** Absent where an unusual header would cost a preflight request. */
  readonly createRequestId: (() => string) | undefined
}

export const createTransport = (options: TransportOptions): Transport => {
  const headersOf = async (
    request: HttpRequest,
    body: RequestBody | undefined,
    requestId: string | undefined,
  ): Promise<Headers> => {
    const headers = new Headers(request.headers)
    if (request.authenticate === false) return headers
    for (const [name, value] of Object.entries(options.headers)) headers.set(name, value)
    if (requestId !== undefined) headers.set('x-request-id', requestId)
    if (options.signRequest) {
      const signature = await options.signRequest({
        method: request.method,
        url: request.url,
        headers: Object.fromEntries(headers),
        body: typeof body === 'string' ? body : undefined,
      })
      for (const [name, value] of Object.entries(signature)) headers.set(name, value)
    }
    return headers
  }

  const attemptUnder = async <T>(
    watchdog: Watchdog,
    request: HttpRequest,
    summary: RequestSummary,
    read: Read<T>,
  ): Promise<T> => {
    const body = request.body?.(watchdog.touch)
    const headers = await headersOf(request, body, summary.requestId)
    let response: Response
    let failure: string | undefined
    try {
      response = await options.fetch(request.url, {
        method: request.method,
        headers,
        redirect: options.allowRedirects ? 'follow' : 'manual',
        signal: watchdog.signal,
        ...(body === undefined ? {} : { body }),
        ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
      } as RequestInit)
      watchdog.touch()
      if (!response.ok) failure = withoutSecrets(await response.text(), headers)
      else return await read(response, watchdog.touch)
    } catch (cause) {
      if (cause instanceof MlflowError) throw cause
      if (request.signal?.aborted) throw request.signal.reason
      throw networkError(cause, summary, new URL(request.url).origin, watchdog.hasBitten)
    }
    throw errorFromResponse(response, failure, summary)
  }

  const attempt = async <T>(request: HttpRequest, summary: RequestSummary, read: Read<T>): Promise<T> => {
    const watchdog = startWatchdog(options.policy.timeoutSeconds * 1000, request.signal)
    try {
      return await attemptUnder(watchdog, request, summary, read)
    } finally {
      watchdog.stop()
    }
  }

  return {
    request: async (asked, read) => {
      const signals = [asked.signal, options.signal].filter(signal => signal !== undefined)
      const request = { ...asked, signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0] }
      const summary: RequestSummary = {
        method: request.method,
        route: new URL(request.url).pathname,
        requestId: request.authenticate === false ? undefined : options.createRequestId?.(),
      }
      for (let count = 1; ; count += 1) {
        try {
          return await attempt(request, summary, read)
        } catch (error) {
          if (!(error instanceof MlflowError) || request.shouldRetry?.(error) === false) throw error
          const wait = waitBeforeRetry(options.policy, error, count)
          if (wait === undefined) throw error
          await pause(wait, request.signal)
          await request.beforeRetry?.()
        }
      }
    },
  }
}

/** Reads a reply that must be JSON. A login page or a wrong address answers 200 with HTML. */
export const readJson = async (response: Response): Promise<string> => {
  const text = await response.text()
  if (text === '') return '{}'
  const json = text.replace(bareDouble, '$1"$2"')
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value !== 'object' || value === null) throw new SyntaxError('a value, and no object')
  } catch (cause) {
    const start = text.trim().slice(0, 80).replace(/\s+/g, ' ')
    throw new MlflowError(
      'INVALID_RESPONSE',
      `${new URL(response.url || 'http://unknown/').pathname} answered ${response.status} with something that is not JSON: "${start}". Check that the tracking URI is that of an MLflow server and that no login page stands before it.`,
      { status: response.status, requestId: requestIdOf(response.headers), cause },
    )
  }
  return json
}

// Flask's jsonify writes a bare NaN (metrics/get-history-bulk). Inside a JSON string the quote before the colon
// would be escaped, so only real fields match.
const bareDouble = /("value":\s*)(NaN|-?Infinity)/g
