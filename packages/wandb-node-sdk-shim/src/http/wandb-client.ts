import { platform } from '#platform'
import { WandbError } from '../errors.js'
import { type JsonValue, parseExtended, stringifyExtended } from '../json/extended-json.js'
import type { Settings } from '../settings/settings.js'
import type { Part } from './content.js'
import { answerCheck, replyText } from './reply.js'
import { type Answer, isRetryableStatus, isSuccess, type RetryPolicy, sendWithRetry } from './retry.js'

export type JsonObject = { [key: string]: JsonValue }

/** A GraphQL operation, by name and text. */
export interface Operation {
  readonly name: string
  readonly text: string
}

/** The three ways of speaking to a W&B server, with authentication and retries. */
export interface WandbClient {
  readonly baseUrl: string
  /** @throws {WandbError} `AUTHENTICATION`, or `COMMUNICATION` also for an error that the server's answer reports. */
  query(operation: Operation, variables: JsonObject, signal: AbortSignal): Promise<JsonObject>
  /** Posts rows of a run; answers the server's answer, empty if it was unreadable. */
  postFileStream(
    path: string,
    body: string,
    signal: AbortSignal,
  ): Promise<{ headers: Headers; body: JsonObject }>
  /** Puts a file, or a part of it, at an address that the server gave. Answers the headers that came back. */
  upload(url: string, headers: readonly string[], part: Part, signal: AbortSignal): Promise<Headers>
  /** Fetches an address that the server gave. */
  download(url: string, signal: AbortSignal): Promise<Uint8Array>
}

export interface ClientOptions {
  readonly settings: Settings
  /** Absent where a proxy of the user's own adds it. */
  readonly apiKey: string | undefined
  /** Tries of one GraphQL request and of one file; those of rows go on for about a week, as W&B's do. */
  readonly attempts?: number
}

const FILE_STREAM_ATTEMPTS = 10_085
const FILE_STREAM_TIMEOUT_SECONDS = 180
/** Files have no time limit of their own upstream; a day is none in practice, and a timer can hold it. */
const FILE_TIMEOUT_SECONDS = 86_400

const graphqlErrors = (body: JsonObject): string | undefined => {
  if (!Array.isArray(body.errors) || body.errors.length === 0) return undefined
  return body.errors.map(error => String((error as JsonObject | null)?.message ?? error)).join('; ')
}

export const createClient = ({ settings, apiKey, attempts = 20 }: ClientOptions): WandbClient => {
  const { baseUrl } = settings
  const credentials = apiKey === undefined ? undefined : btoa(`api:${apiKey}`)
  const authorization = credentials === undefined ? undefined : { authorization: `Basic ${credentials}` }
  /** Some gateways repeat in an error what they were sent, and errors are written down. */
  const withoutKey = (text: string): string =>
    [apiKey, credentials].reduce<string>(
      (rest, secret) => (secret ? rest.replaceAll(secret, '***') : rest),
      text,
    )
  const headers: Record<string, string> = {
    ...authorization,
    ...(platform.userAgent ? { 'user-agent': platform.userAgent } : {}),
    'content-type': 'application/json',
    ...(settings.username ? { 'x-wandb-username': settings.username } : {}),
    ...(settings.email ? { 'x-wandb-user-email': settings.email } : {}),
  }
  const policy = (attemptTimeoutSeconds: number, attempts: number): RetryPolicy => ({
    attempts,
    waitMinSeconds: settings.retryWaitMin,
    waitMaxSeconds: settings.retryWaitMax,
    attemptTimeoutSeconds,
  })
  const graphqlPolicy = policy(settings.httpTimeout, attempts)
  const streamPolicy = policy(FILE_STREAM_TIMEOUT_SECONDS, FILE_STREAM_ATTEMPTS)
  const filePolicy = policy(FILE_TIMEOUT_SECONDS, attempts)

  const post = async (url: string, body: string, signal: AbortSignal): Promise<Answer> => {
    const response = await fetch(url, { method: 'POST', headers, body, signal })
    const text = await replyText(response)
    return { status: response.status, headers: response.headers, text: response.ok ? text : withoutKey(text) }
  }

  return {
    baseUrl,

    async query({ name, text }, variables, signal) {
      const request = stringifyExtended({ operationName: name, query: text, variables })
      let body: JsonObject = {}
      const send = async (attemptSignal: AbortSignal) => {
        const answer = await post(`${baseUrl}/graphql`, request, attemptSignal)
        // A page of some proxy in place of an answer counts as a broken connection, and is tried again.
        if (isSuccess(answer.status)) body = objectOf(answer.text)
        return answer
      }
      // Two clients may touch one run at once; the server then asks the slower one to come again.
      const isRetryable = (status: number) =>
        isRetryableStatus(status) || (name === 'UpsertBucket' && status === 409)
      await sendWithRetry(name, send, { ...graphqlPolicy, isRetryable }, signal)
      const errors = graphqlErrors(body)
      if (errors !== undefined)
        throw new WandbError('COMMUNICATION', `${name}: the server answers: ${withoutKey(errors)}`)
      return (body.data ?? {}) as JsonObject
    },

    async postFileStream(path, body, signal) {
      let parsed: JsonObject = {}
      const check = answerCheck(text => {
        try {
          parsed = objectOf(text)
          return true
        } catch {
          return false
        }
      })
      const send = async (own: AbortSignal) => {
        const answer = await post(baseUrl + path, body, own)
        if (isSuccess(answer.status)) check(answer.text)
        return answer
      }
      const answer = await sendWithRetry('file_stream', send, streamPolicy, signal)
      return { headers: answer.headers, body: parsed }
    },

    async upload(url, uploadHeaders, part, signal) {
      const target = new URL(url, baseUrl)
      // Stores answer with nothing, or in their own format.
      const check = answerCheck(text => /^\s*(\{|<\?xml)/.test(text))
      const send = async (own: AbortSignal) => {
        const answer = await platform.put(target, headersOf(uploadHeaders), part, own)
        if (isSuccess(answer.status)) check(answer.text)
        return answer
      }
      return (await sendWithRetry(`upload of ${part.name}`, send, filePolicy, signal)).headers
    },

    async download(url, signal) {
      const target = new URL(url, baseUrl)
      let bytes = new Uint8Array()
      const own = target.origin === new URL(baseUrl).origin ? authorization : undefined
      const send = async (attemptSignal: AbortSignal) => {
        const response = await fetch(target, { ...(own ? { headers: own } : {}), signal: attemptSignal })
        bytes = new Uint8Array(await response.arrayBuffer())
        return {
          status: response.status,
          headers: response.headers,
          text: response.ok ? '' : withoutKey(new TextDecoder().decode(bytes.subarray(0, 1000))),
        }
      }
      await sendWithRetry('download', send, filePolicy, signal)
      return bytes
    },
  }
}

const objectOf = (text: string): JsonObject => {
  const value = parseExtended(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SyntaxError('not a JSON object')
  return value
}

/** The server gives upload headers as `name:value` lines. */
const headersOf = (lines: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    lines
      .filter(line => line.includes(':'))
      .map(line => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
      }),
  )
