import { parseRetryAfter } from '../http/retry-after.js'
import { MlflowError } from './mlflow-error.js'
import { remedyFor } from './remedy.js'

/** The statuses that MLflow's Python client sends again. */
const retryableStatuses = new Set([408, 429, 500, 502, 503, 504])

/** What a status means when the body does not say: proxies and the router answer in text or HTML. */
const codeOfStatus: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'ENDPOINT_NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'RESOURCE_CONFLICT',
  413: 'REQUEST_TOO_LARGE',
  429: 'REQUEST_LIMIT_EXCEEDED',
  501: 'NOT_IMPLEMENTED',
  503: 'TEMPORARILY_UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}

const requestIdHeaders = ['x-request-id', 'x-databricks-request-id', 'x-amzn-requestid', 'x-ms-request-id']

const longestExcerpt = 300

/** What is looked at of a body that is not JSON: expressions over megabytes of it would take minutes. */
const longestBody = 8_000

const longestMessage = 2_000

interface ParsedBody {
  readonly errorCode?: string
  readonly message: string
}

const asJsonError = (body: string): ParsedBody | undefined => {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return undefined
  }
  if (typeof parsed !== 'object' || parsed === null || !('error_code' in parsed)) return undefined
  const message = 'message' in parsed && typeof parsed.message === 'string' ? parsed.message : ''
  return {
    errorCode: String(parsed.error_code).slice(0, longestExcerpt),
    message: message.slice(0, longestMessage),
  }
}

/** An HTML page is reduced to its words, and everything to one line of bearable length. */
const excerptOf = (body: string): string => {
  const text = body
    .slice(0, longestBody)
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return text.length > longestExcerpt ? `${text.slice(0, longestExcerpt)}...` : text
}

/**
 * Some 5xx replies are for good: an endpoint that the server was started without (503), and a parameter that already
 * has another value, which the file store reports as an internal error (500).
 */
const isPermanent = (status: number, message: string): boolean =>
  (status === 503 && /\bdisabled\b/i.test(message)) ||
  (status === 500 && /Changing param values is not allowed/i.test(message))

/**
 * MLflow answers 400 to every error of its database. By the codes of SQLAlchemy's messages these are about connections:
 * all of the pool are taken, which some dozens of clients bring about, or one was lost. https://docs.sqlalchemy.org/errors
 */
const isDatabaseBusy = (status: number, message: string): boolean =>
  status === 400 && /QueuePool limit|sqlalche\.me\/e\/\d+\/(3o7r|e3q8|rvf5|8s2b)\b/.test(message)

/** A request waits for a connection for 30 s, and keeps others from theirs: who comes back sooner than this is part of it. */
const databaseBusyWaitMs = 150_000

export const requestIdOf = (headers: Headers): string | undefined => {
  for (const name of requestIdHeaders) {
    const value = headers.get(name)
    if (value) return value
  }
  return undefined
}

export interface RequestSummary {
  readonly method: string
  /** Without query: it may hold names, and never helps to tell one route from another. */
  readonly route: string
  readonly requestId?: string | undefined
}

/** The error that a reply with a status outside 200-299 stands for. */
export const errorFromResponse = (response: Response, body: string, request: RequestSummary): MlflowError => {
  const { status } = response
  const parsed = asJsonError(body) ?? { message: excerptOf(body) }
  const errorCode =
    parsed.errorCode ?? codeOfStatus[status] ?? (status >= 500 ? 'INTERNAL_ERROR' : 'BAD_REQUEST')
  const said = parsed.message || response.statusText || 'no explanation'
  const remedy = remedyFor(status, parsed.message)
  const isBusy = isDatabaseBusy(status, parsed.message)
  return new MlflowError(
    errorCode,
    `${request.method} ${request.route}: ${status} ${errorCode}: ${said}${remedy ? ` ${remedy}` : ''}`,
    {
      status,
      requestId: requestIdOf(response.headers) ?? request.requestId,
      retryAfterMs:
        parseRetryAfter(response.headers.get('retry-after')) ?? (isBusy ? databaseBusyWaitMs : undefined),
      isRetryable: isBusy || (retryableStatuses.has(status) && !isPermanent(status, parsed.message)),
    },
  )
}
