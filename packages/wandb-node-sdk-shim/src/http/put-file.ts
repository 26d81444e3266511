import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { pipeline } from 'node:stream/promises'
import { MOST_REPLY_BYTES, TOO_LONG } from './reply.js'
import type { Answer } from './retry.js'

/** As many as `fetch` follows. */
const MOST_REDIRECTS = 20
/** Those after which a PUT stays a PUT. */
const REDIRECTS = new Set([301, 302, 307, 308])

interface FilePart {
  readonly path: string
  readonly start?: number
  readonly end?: number
}

/**
 * One PUT of a file, with the redirects that it meets: a store may send a bucket's first requests elsewhere. Not by
 * `fetch`: it would send a stream without its length, which the stores behind signed addresses refuse, or hold the
 * whole file in memory.
 */
export const putFile = async (
  url: URL,
  headers: Record<string, string>,
  part: FilePart,
  signal: AbortSignal,
): Promise<Answer> => {
  let target = url
  for (let redirects = 0; ; redirects++) {
    const answer = await putOnce(target, headers, part, signal)
    const location = answer.headers.get('location')
    if (!REDIRECTS.has(answer.status) || location === null) return answer
    if (redirects === MOST_REDIRECTS) throw new Error(`more than ${MOST_REDIRECTS} redirects`)
    target = new URL(location, target)
  }
}

const putOnce = async (
  url: URL,
  headers: Record<string, string>,
  { path, start = 0, end }: FilePart,
  signal: AbortSignal,
): Promise<Answer> => {
  const size = (end ?? (await stat(path)).size) - start
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method: 'PUT',
    headers: { ...headers, 'content-length': size },
    signal,
  })
  const answered = new Promise<Answer>((resolve, reject) => {
    request.on('error', reject)
    request.on('response', response => {
      const pieces: Buffer[] = []
      response.on('error', reject)
      let bytes = 0
      response.on('data', (piece: Buffer) => {
        bytes += piece.length
        if (bytes > MOST_REPLY_BYTES) response.destroy(new Error(TOO_LONG))
        else pieces.push(piece)
      })
      response.on('end', () => {
        const pairs = Object.entries(response.headers).map(
          ([key, value]) => [key, String(value)] as [string, string],
        )
        resolve({
          status: response.statusCode ?? 0,
          headers: new Headers(pairs),
          text: Buffer.concat(pieces).toString('utf8', 0, 2000),
        })
      })
    })
  })
  if (size === 0) {
    request.end()
    return answered
  }
  // A server may refuse before it has read everything: its answer counts, not the broken pipe.
  pipeline(createReadStream(path, { start, end: start + size - 1 }), request).catch((error: Error) =>
    request.destroy(error),
  )
  return answered
}
