import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isLoopback } from './serve-options.js'

interface Refusal {
  readonly status: number
  readonly reason: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Without the port, and without the brackets of an IPv6 address. */
const hostNameOf = (header: string | undefined): string =>
  (header ?? '')
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Compared in a time that says nothing about how much of it was right. */
const isToken = (given: string | undefined, token: string): boolean =>
  timingSafeEqual(digest(given ?? ''), digest(`Bearer ${token}`))

/** Why a request gets no figures; undefined if it gets them. */
export const refusalOf = (
  { method, url, headers }: IncomingMessage,
  { isLocal, token }: { readonly isLocal: boolean; readonly token: string | undefined },
): Refusal | undefined => {
  // A page of somebody's that has its own name resolved to 127.0.0.1 comes with that name.
  if (isLocal && !isLoopback(hostNameOf(headers.host))) {
    return { status: 421, reason: 'Only for this machine, by a loopback address or "localhost".' }
  }
  if (token !== undefined && !isToken(headers.authorization, token)) {
    const reason = 'Send the token: Authorization: Bearer TOKEN.'
    return { status: 401, reason, headers: { 'www-authenticate': 'Bearer' } }
  }
  if (url?.split('?')[0] !== '/metrics') return { status: 404, reason: 'There is /metrics only.' }
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, reason: 'GET only.', headers: { allow: 'GET, HEAD' } }
  }
  return undefined
}
