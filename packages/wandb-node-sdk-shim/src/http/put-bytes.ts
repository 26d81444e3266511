import { replyText } from './reply.js'
import type { Answer } from './retry.js'

/** One PUT of bytes at hand. */
export const putBytes = async (
  url: URL,
  headers: Record<string, string>,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<Answer> => {
  // TypeScript tells arrays over shared memory apart; fetch takes a copy of either.
  const response = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(bytes), signal })
  return {
    status: response.status,
    headers: response.headers,
    text: (await replyText(response)).slice(0, 2000),
  }
}
