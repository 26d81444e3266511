import type { RequestSummary } from './error-from-response.js'
import { MlflowError } from './mlflow-error.js'

/** Node hides the reason in `cause`, which may be an AggregateError of one attempt per address. */
const reasonOf = (error: unknown): string => {
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : error
  if (inner instanceof AggregateError && inner.errors.length > 0) return reasonOf(inner.errors[0])
  if (!(inner instanceof Error)) return String(inner)
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : undefined
  return code && !inner.message.includes(code) ? `${code} ${inner.message}` : inner.message
}

/** The error for a request that got no reply, or only part of one. */
export const networkError = (
  cause: unknown,
  request: RequestSummary,
  origin: string,
  hasTimedOut: boolean,
): MlflowError => {
  const what = `${request.method} ${request.route}`
  const details = { requestId: request.requestId, isRetryable: true, cause }
  if (hasTimedOut) {
    return new MlflowError(
      'REQUEST_TIMEOUT',
      `${what}: ${origin} fell silent. Raise MLFLOW_HTTP_REQUEST_TIMEOUT (seconds) if it needs longer.`,
      details,
    )
  }
  // A browser does not tell a page why a request to another origin failed.
  const isCrossOrigin = typeof location !== 'undefined' && location.origin !== origin
  const hint = isCrossOrigin
    ? `Is the server up, and was it started with --cors-allowed-origins ${location.origin}?`
    : 'Is the server up, and is the tracking URI right?'
  return new MlflowError(
    'NETWORK_ERROR',
    `${what}: no complete reply from ${origin}: ${reasonOf(cause)}. ${hint}`,
    details,
  )
}
