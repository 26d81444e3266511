import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { checkToken, isLoopback } from '@epochwatt/core'

const TOKEN_VARIABLE = 'EPOCHWATT_SERVE_TOKEN'

/** For programs that come again, such as Prometheus; not an argument, which every user of a machine can read. */
const givenToken = (): string | undefined => {
  const token = process.env[TOKEN_VARIABLE]
  if (!token) return undefined
  checkToken(TOKEN_VARIABLE, token)
  return token
}

/** On loopback everybody of this machine may look; elsewhere only who knows this. */
export const tokenFor = (host: string): string | undefined =>
  isLoopback(host) ? undefined : (givenToken() ?? randomBytes(24).toString('base64url'))

const COOKIE = 'epochwatt-token'

/** For who came with the token in the address: from then on the browser brings it by itself. */
export const cookieWith = (token: string): string =>
  `${COOKIE}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const cookieOf = ({ headers }: IncomingMessage): string | undefined => {
  const given = headers.cookie?.split(';').find(pair => pair.trim().startsWith(`${COOKIE}=`))
  return given === undefined ? undefined : decoded(given.slice(given.indexOf('=') + 1).trim())
}

/** In the address that was told, or in the cookie. */
export const tokenOf = (request: IncomingMessage, url: URL): string | undefined =>
  url.searchParams.get('token') ?? cookieOf(request)
