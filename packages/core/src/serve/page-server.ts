import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bearerOf, callsThisMachine, isLoopback, isToken } from './page-access.js'

/** What to serve, where, and to whom. */
export interface PageServerOptions {
  /** Address to listen at. */
  readonly host: string
  /** 0 takes one that is free. */
  readonly port: number
  /** Asked of every request, as `Authorization: Bearer TOKEN` or as `tokenOf` finds it. */
  readonly token?: string
  /** Where a token may stand beside that header. */
  tokenOf?(request: IncomingMessage, url: URL): string | undefined
  /** What is said, in one sentence, to who has no token. */
  readonly withoutToken?: string
  /** Whether a process that has nothing else to do may end. Default: not before `close`. */
  readonly unref?: boolean
  /** Answers a GET or HEAD of who may look; `url` has the path and the query. What it throws becomes a 500. */
  respond(request: IncomingMessage, response: ServerResponse, url: URL): void
}

/** A listener with its address. */
export interface PageServer {
  /** `http://127.0.0.1:4870`, without a slash at the end. */
  readonly origin: string
  /** Ends all connections. */
  close(): Promise<void>
}

/** How long and how many. */
export interface ConnectionLimits {
  readonly connections: number
  /** Of one connection: a page asks for one thing and then listens, a Prometheus comes again by another. */
  readonly requests: number
  readonly headersMs: number
  readonly requestMs: number
  readonly idleMs: number
}

/** Enough for everybody on a machine and a Prometheus or two; who is slower holds a connection on purpose. */
const LIMITS: ConnectionLimits = {
  connections: 128,
  requests: 200,
  headersMs: 10_000,
  requestMs: 20_000,
  idleMs: 60_000,
}

/** Nothing on the web may read, embed or keep what is served; there is never a header of CORS. */
const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

interface Refused {
  readonly status: number
  readonly reason: string
  readonly headers?: Readonly<Record<string, string>>
}

const refuse = (response: ServerResponse, { status, reason, headers }: Refused): void => {
  // A body that nobody reads would stand before the next request.
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close', ...headers })
  response.end(`${reason}\n`)
}

/** Only a path is taken: what begins with a host's name or two slashes would be an address elsewhere. */
const addressOf = ({ url = '' }: IncomingMessage): URL | undefined =>
  url.startsWith('/') ? new URL(`http://localhost${url}`) : undefined

/** What is asked for, or why it is not given. */
const judge = (request: IncomingMessage, options: PageServerOptions): URL | Refused => {
  const { host, token, withoutToken = 'Send the token: Authorization: Bearer TOKEN.' } = options
  if (isLoopback(host) && !callsThisMachine(request))
    return { status: 421, reason: 'Only for this machine, by a loopback address or "localhost".' }
  const url = addressOf(request)
  if (!url) return { status: 400, reason: 'Ask for a path.' }
  if (token !== undefined) {
    const given = [bearerOf(request), options.tokenOf?.(request, url)]
    if (!given.some(text => isToken(text, token)))
      return { status: 401, reason: withoutToken, headers: { 'www-authenticate': 'Bearer' } }
  }
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return {
      status: 405,
      reason: 'There is nothing here but pages to read.',
      headers: { allow: 'GET, HEAD' },
    }
  return url
}

const answer = (request: IncomingMessage, response: ServerResponse, options: PageServerOptions): void => {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
  try {
    const judged = judge(request, options)
    if (judged instanceof URL) options.respond(request, response, judged)
    else refuse(response, judged)
  } catch {
    if (response.headersSent) response.destroy()
    else refuse(response, { status: 500, reason: 'This could not be shown.' })
  }
}

const listening = (server: Server, { host, port }: PageServerOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    // Also later, when connections cannot be taken for want of file descriptors: that must not end the process.
    server.on('error', reject)
    server.listen(port, host.replace(/^\[|\]$/g, ''), resolve)
  })

/** As `servePages`, with limits that a test can wait for. */
export const servePagesWithin = async (
  { connections, requests, headersMs, requestMs, idleMs }: ConnectionLimits,
  options: PageServerOptions,
): Promise<PageServer> => {
  // Most who import this package serve nothing.
  const { createServer } = await import('node:http')
  const server = createServer(
    { headersTimeout: headersMs, requestTimeout: requestMs, connectionsCheckingInterval: headersMs / 5 },
    (request, response) => answer(request, response, options),
  )
  server.maxConnections = connections
  server.maxRequestsPerSocket = requests
  server.setTimeout(idleMs)
  if (options.unref) server.unref()
  await listening(server, options)
  const { port } = server.address() as AddressInfo
  const { host } = options
  return {
    origin: `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/**
 * Serves pages to be read, of this machine or to who has a token: on loopback requests under other host names are
 * refused; connections are few and bounded in time; an error ends neither the server nor the process.
 *
 * @throws The error of the system where the address cannot be had.
 * @example
 * const { origin } = await servePages({
 *   host: '127.0.0.1',
 *   port: 0,
 *   respond: (_request, response) => response.end('hello'),
 * })
 */
export const servePages = (options: PageServerOptions): Promise<PageServer> =>
  servePagesWithin(LIMITS, options)
