import { OptionError } from '@epochwatt/core'
import type { ServeMetricsOptions } from './serve-metrics.js'

const SHORTEST_TOKEN = 16

/** Addresses that only this machine reaches. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** @throws OptionError naming the option, its value and what is accepted. */
export const checkServeOptions = ({ port, host, token }: ServeMetricsOptions): void => {
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new OptionError('port', port, 'a whole number from 0 to 65535')
  }
  if (host !== undefined && (typeof host !== 'string' || host === '')) {
    throw new OptionError('host', host, 'an address or a host name')
  }
  const isToken = typeof token === 'string' && token.length >= SHORTEST_TOKEN && /^[\x21-\x7e]+$/.test(token)
  if (token !== undefined && !isToken) {
    // What was meant to be secret is nobody's to see.
    throw new OptionError(
      'token',
      'not shown',
      `${SHORTEST_TOKEN} or more printable characters without spaces`,
    )
  }
  if (host !== undefined && !isLoopback(host) && token === undefined) {
    throw new OptionError('host', host, 'a loopback address, or any with a "token" beside it')
  }
}
