import { MeterError } from './meter-error.js'

export interface HttpGet {
  readonly url: string
  /** Default `GET`. */
  readonly method?: 'GET' | 'PUT'
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly allowSelfSigned: boolean
}

export interface HttpReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
}

/** Pages of exporters on large machines are some megabytes. */
const LONGEST_REPLY = 16 * 2 ** 20

/** Loaded at first use: few runs ask anybody, and everybody would pay 2 MB for it. */
const requesterOf = async (isTls: boolean) =>
  (isTls ? await import('node:https') : await import('node:http')).request

/**
 * One request with a limit on its whole time. Not `fetch`: that takes 30 ms and some megabytes to load in a thread of its
 * own, and its connections outlive their use. Redirects are not followed, so that no secret goes elsewhere.
 *
 * @throws MeterError
 */
export const httpGet = async ({
  url,
  method = 'GET',
  headers,
  timeoutMs,
  allowSelfSigned,
}: HttpGet): Promise<HttpReply> => {
  const isTls = url.startsWith('https:')
  const request = await requesterOf(isTls)
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const fail = (cause: unknown): void => {
      const { code } = cause as { code?: unknown }
      const known = typeof code === 'string' && code !== 'ABORT_ERR' ? code : 'EUNKNOWN'
      reject(
        cause instanceof MeterError ? cause : new MeterError(signal.aborted ? 'ETIMEDOUT' : known, { cause }),
      )
    }
    const sent = request(
      url,
      {
        method,
        headers: { accept: '*/*', ...headers },
        signal,
        agent: false,
        ...(isTls && { rejectUnauthorized: !allowSelfSigned }),
      },
      reply => {
        const chunks: Buffer[] = []
        let length = 0
        reply.on('data', (chunk: Buffer) => {
          length += chunk.length
          if (length > LONGEST_REPLY) reply.destroy(new MeterError('E2BIG'))
          else chunks.push(chunk)
        })
        reply.on('error', fail)
        reply.on('end', () =>
          resolve({
            status: reply.statusCode ?? 0,
            headers: reply.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    sent.on('error', fail)
    sent.end()
  })
}
