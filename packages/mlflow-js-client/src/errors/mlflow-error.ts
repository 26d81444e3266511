/**
 * Codes of failures that this client finds by itself. Every other `errorCode` is the server's own, such as
 * `RESOURCE_DOES_NOT_EXIST` or `INVALID_PARAMETER_VALUE`.
 */
export type ClientErrorCode =
  | 'CONFIGURATION'
  | 'INVALID_PAYLOAD'
  | 'INVALID_RESPONSE'
  | 'NETWORK_ERROR'
  | 'REQUEST_TIMEOUT'
  | 'QUEUE_FULL'
  | 'ITEMS_REJECTED'
  | 'UNSUPPORTED_ARTIFACT_ROOT'

export interface MlflowErrorOptions {
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  readonly retryAfterMs?: number | undefined
  readonly isRetryable?: boolean | undefined
  readonly cause?: unknown
}

/**
 * Every failure of this client.
 *
 * @example
 * ```ts
 * try {
 *   await client.runs.get('0123456789abcdef0123456789abcdef')
 * } catch (error) {
 *   if (error instanceof MlflowError && error.errorCode === 'RESOURCE_DOES_NOT_EXIST') console.log('no such run')
 *   else throw error
 * }
 * ```
 */
export class MlflowError extends Error {
  /** MLflow's own code, or one of {@link ClientErrorCode}. Stable, meant for programs. */
  readonly errorCode: string
  /** HTTP status; `undefined` where no reply came. */
  readonly status: number | undefined
  /** What the server, a gateway before it or, failing those, this client called the request. */
  readonly requestId: string | undefined
  /** How long the server asked to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined
  /** Whether the same request may succeed later. */
  readonly isRetryable: boolean

  constructor(errorCode: ClientErrorCode | (string & {}), message: string, options: MlflowErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'MlflowError'
    this.errorCode = errorCode
    this.status = options.status
    this.requestId = options.requestId
    this.retryAfterMs = options.retryAfterMs
    this.isRetryable = options.isRetryable ?? false
  }

  /** The same as `errorCode`, under the name that Node's errors use. */
  get code(): string {
    return this.errorCode
  }
}
