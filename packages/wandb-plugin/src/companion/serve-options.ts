import { checkToken, isLoopback, OptionError } from '@epochwatt/core'
import type { ServeMetricsOptions } from './serve-metrics.js'

/** @throws OptionError naming the option, its value and what is accepted. */
export const checkServeOptions = ({ port, host, token }: ServeMetricsOptions): void => {
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new OptionError('port', port, 'a whole number from 0 to 65535')
  }
  if (host !== undefined && (typeof host !== 'string' || host === '')) {
    throw new OptionError('host', host, 'an address or a host name')
  }
  if (token !== undefined) checkToken('token', token)
  if (host !== undefined && !isLoopback(host) && token === undefined) {
    throw new OptionError('host', host, 'a loopback address, or any with a "token" beside it')
  }
}
