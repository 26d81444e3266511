import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { OptionError } from '@epochwatt/core'

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\]|::1)$/i

export const isLoopback = (host: string): boolean => LOOPBACK.test(host)

/** The name without its port: `[::1]:4870`, `localhost:4870`, `localhost`. */
const nameOf = (host: string): string => host.replace(/:\d+$/, '')

const COOKIE = 'epochwatt-token'

const cookieOf = (request: IncomingMessage): string | undefined =>
  request.headers.cookie
    ?.split(';')
    .map(pair => pair.trim().split('='))
    .find(([name]) => name === COOKIE)?.[1]

const hashed = (text: string): Buffer => createHash('sha256').update(text).digest()

/** In the same time whatever the text, so that it cannot be guessed a character at a time. */
const isSame = (given: string | null | undefined, token: string): boolean =>
  typeof given === 'string' && timingSafeEqual(hashed(given), hashed(token))

/** Programs have no cookies. */
const bearerOf = ({ headers }: IncomingMessage): string | undefined =>
  /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1]

export type Verdict = 'yes' | 'wrong-host' | 'no-token'

export interface Access {
  /** Part of the address that is told; absent on loopback. */
  readonly token?: string
  check(request: IncomingMessage, url: URL): Verdict
  /** For who came with the token in the address: from then on the browser brings it by itself. */
  readonly cookie?: string
}

const TOKEN_VARIABLE = 'EPOCHWATT_SERVE_TOKEN'
const LEAST_TOKEN_LENGTH = 16

/** For programs that come again, such as Prometheus; not an argument, which every user of a machine can read. */
const givenToken = (): string | undefined => {
  const token = process.env[TOKEN_VARIABLE]
  if (!token) return undefined
  if (token.length >= LEAST_TOKEN_LENGTH && /^[\w.~+/-]+=*$/.test(token)) return token
  throw new OptionError(
    TOKEN_VARIABLE,
    'not shown',
    `${LEAST_TOKEN_LENGTH} or more of the letters of a bearer token`,
  )
}

/**
 * Who may look. On loopback everybody of this machine who calls it by a name of its own: a page elsewhere whose name
 * was made to point here (DNS rebinding) still says that name. Elsewhere only who knows the token.
 */
export const accessOf = (host: string): Access => {
  if (isLoopback(host))
    return {
      check: ({ headers }) => (isLoopback(nameOf(headers.host ?? '')) ? 'yes' : 'wrong-host'),
    }
  const token = givenToken() ?? randomBytes(24).toString('base64url')
  return {
    token,
    cookie: `${COOKIE}=${token}; HttpOnly; SameSite=Strict; Path=/`,
    check: (request, url) =>
      isSame(url.searchParams.get('token') ?? bearerOf(request) ?? cookieOf(request), token)
        ? 'yes'
        : 'no-token',
  }
}
