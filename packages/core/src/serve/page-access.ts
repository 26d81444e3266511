import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { OptionError } from '../errors.js'

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|::1)$/i

/**
 * Whether only this machine reaches what listens at a host: `localhost`, 127.0.0.0/8 and `::1`, in brackets or not.
 *
 * @example
 * isLoopback('127.0.0.1') // true
 * isLoopback('0.0.0.0') // false
 */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host)

/** `[::1]:4870`, `localhost:4870` and `localhost` without their port. */
const nameOf = (authority: string): string => authority.replace(/:\d+$/, '')

/**
 * Whether a request calls this machine by a name of its own. A page elsewhere whose name was made to point here (DNS
 * rebinding) still says that name, be it in the header or, as to a proxy, in the first line.
 */
export const callsThisMachine = ({ url, headersDistinct }: IncomingMessage): boolean => {
  const [host, ...further] = headersDistinct.host ?? []
  return isLoopback(nameOf(host ?? '')) && further.length === 0 && url?.startsWith('/') === true
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** In a time that says nothing about how much of it was right. */
export const isToken = (given: string | undefined, token: string): boolean =>
  timingSafeEqual(digest(given ?? ''), digest(token)) && given !== undefined

/** Of `Authorization: Bearer TOKEN`. */
export const bearerOf = ({ headers }: IncomingMessage): string | undefined =>
  /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1]

const SHORTEST_TOKEN = 16

/**
 * Refuses a token that could be guessed, or that no header can carry.
 *
 * @param option What it was given as; the token itself is in no message.
 * @throws OptionError unless it has 16 or more printable characters of ASCII without spaces.
 * @example
 * checkToken('token', process.env.METRICS_TOKEN ?? '')
 */
export const checkToken = (option: string, token: string): void => {
  if (typeof token === 'string' && token.length >= SHORTEST_TOKEN && /^[\x21-\x7e]+$/.test(token)) return
  throw new OptionError(
    option,
    'not shown',
    `${SHORTEST_TOKEN} or more printable ASCII characters without spaces`,
  )
}
