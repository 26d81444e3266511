import { setTimeout as sleep } from 'node:timers/promises'
import type { ZodType } from 'zod'
import { PACKAGE_VERSION } from '../../version.js'
import { GridError } from './grid-error.js'

const ATTEMPTS = 3
const FIRST_WAIT_MS = 500
/** Who asks for more patience than this is left alone until the next round. */
const LONGEST_WAIT_MS = 10_000
const TIMEOUT_MS = 5000

export interface JsonRequest<T> {
  /** Built at the first reply: loading the schema library takes longer than most of a start. */
  readonly schema: () => ZodType<T>
  readonly signal: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
  /** Default 5000. */
  readonly timeoutMs?: number
}

/** Host and path. The rest of an address may hold a key. */
const shown = ({ host, pathname }: URL): string => `${host}${pathname}`

/** Seconds or a date (RFC 9110, 10.2.3). */
const retryAfter = (response: Response): number | undefined => {
  const text = response.headers.get('retry-after')
  if (text === null) return undefined
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

/** Between half and all of a wait that doubles: runs that were refused together do not come back together. */
const backOff = (attempt: number): number => FIRST_WAIT_MS * 2 ** attempt * (0.5 + Math.random() / 2)

const refusal = (url: URL, { status }: Response, retryAfterMs: number | undefined): GridError => {
  if (status === 401 || status === 403)
    return new GridError(
      'GRID_UNAUTHORISED',
      `${shown(url)} does not accept the key (HTTP ${status}); check it and what it may read.`,
    )
  if (status === 429 || status >= 500)
    return new GridError(
      'GRID_BUSY',
      `${shown(url)} answers HTTP ${status}; a run asks again by itself, else try later.`,
      { ...(retryAfterMs !== undefined && { retryAfterMs }) },
    )
  return new GridError('GRID_REFUSED', `${shown(url)} answers HTTP ${status}; check gridZone and the place.`)
}

const unreachable = (url: URL, cause: unknown): GridError => {
  if ((cause as Error | undefined)?.name === 'TimeoutError')
    return new GridError(
      'GRID_TIMEOUT',
      `${shown(url)} did not answer in time; a run asks again by itself, else try later.`,
      { cause },
    )
  const { code } = ((cause as Error | undefined)?.cause ?? {}) as { code?: unknown }
  const reason = typeof code === 'string' ? ` (${code})` : ''
  return new GridError(
    'GRID_UNREACHABLE',
    `${shown(url)} cannot be reached${reason}; a run asks again by itself, else try later.`,
    { cause },
  )
}

/** What a header can carry. What fetch says of another value holds that value. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

const checkHeaders = (url: URL, headers: Readonly<Record<string, string>>): void => {
  for (const [name, value] of Object.entries(headers)) {
    if (HEADER_VALUE.test(value.trim())) continue
    throw new GridError(
      'GRID_UNAUTHORISED',
      `${shown(url)} was not asked: the header ${name} cannot hold a line break or other signs than Latin-1; check the key.`,
    )
  }
}

const parse = <T>(url: URL, text: string, schema: () => ZodType<T>): T => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new GridError('GRID_REPLY_INVALID', `${shown(url)} answered something that is not JSON.`, { cause })
  }
  const result = schema().safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const place = issue?.path.join('.') || 'the whole'
  throw new GridError(
    'GRID_REPLY_INVALID',
    `${shown(url)} answered in an unknown form: ${place}: ${issue?.message}.`,
  )
}

/**
 * Asks for JSON of a known form. HTTP 429 and 5xx are tried again, after what `Retry-After` says or a growing wait;
 * everything else is final. Redirects are not followed, so that a key goes nowhere else. No message holds more of the
 * address than host and path.
 *
 * @throws GridError; the signal's reason when it was aborted.
 */
export const requestJson = async <T>(url: URL, request: JsonRequest<T>): Promise<T> => {
  const { schema, signal, headers = {}, timeoutMs = TIMEOUT_MS } = request
  checkHeaders(url, headers)
  for (let attempt = 0; ; attempt++) {
    let response: Response
    let text: string
    try {
      response = await fetch(url, {
        headers: { accept: 'application/json', 'user-agent': `epochwatt/${PACKAGE_VERSION}`, ...headers },
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      })
      text = await response.text()
    } catch (cause) {
      signal.throwIfAborted()
      throw unreachable(url, cause)
    }
    if (response.ok) return parse(url, text, schema)
    const asked = retryAfter(response)
    const wait = asked ?? backOff(attempt)
    const isWorthIt = response.status === 429 || response.status >= 500
    if (!isWorthIt || attempt + 1 >= ATTEMPTS || wait > LONGEST_WAIT_MS) throw refusal(url, response, asked)
    // Not a reason for the process to live on.
    await sleep(wait, undefined, { signal, ref: false })
  }
}
