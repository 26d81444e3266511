import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  request as send,
} from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Fault, FaultPlan, ProxiedRequest } from './fault.js'

/** As PEM texts. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

export interface FaultProxy {
  /** To be used in the server's place. */
  readonly url: string
  /** What came, and what it met. */
  readonly log: readonly { readonly request: ProxiedRequest; readonly fault?: Fault['kind'] }[]
  /** From now on. */
  plan: FaultPlan
  /** From now on nobody listens at the address. */
  down(): Promise<void>
  /** Listens there again. */
  up(): Promise<void>
  /** Shows another certificate to whoever connects from now on. Only where there is one. */
  present(certificate: Certificate): void
  close(): Promise<void>
}

interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

const CHUNK = Buffer.alloc(1 << 20, 32)

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const forward = (target: string, incoming: IncomingMessage, body: Buffer): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const url = new URL(incoming.url ?? '/', target)
    const headers = { ...incoming.headers, host: url.host, connection: 'close' }
    const outgoing = send(url, { method: incoming.method ?? 'GET', headers }, response => {
      bodyOf(response).then(
        answer => resolve({ status: response.statusCode ?? 502, headers: response.headers, body: answer }),
        reject,
      )
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })

const passOn = (response: ServerResponse, { status, headers, body }: Reply): void => {
  const { 'transfer-encoding': _, connection: __, ...rest } = headers
  response.writeHead(status, { ...rest, 'content-length': body.length }).end(body)
}

const sendBytes = async (response: ServerResponse, bytes: number): Promise<void> => {
  response.writeHead(200, { 'content-type': 'application/json' })
  for (let sent = 0; sent < bytes && !response.destroyed; sent += CHUNK.length) {
    if (!response.write(CHUNK)) await new Promise(resolve => setTimeout(resolve, 1))
  }
  response.end()
}

/**
 * A loopback proxy before an HTTP server, that does to requests what networks and servers do on bad days.
 *
 * @param certificate Makes it speak TLS.
 * @example
 * const proxy = await startFaultProxy('http://127.0.0.1:5000')
 * proxy.plan = ({ index }) => (index < 3 ? { kind: 'status', status: 429, retryAfterSeconds: 1 } : undefined)
 */
export const startFaultProxy = async (target: string, certificate?: Certificate): Promise<FaultProxy> => {
  const log: { request: ProxiedRequest; fault?: Fault['kind'] }[] = []
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = { method: incoming.method ?? 'GET', path: incoming.url ?? '/', index: log.length }
    const fault = proxy.plan(request)
    log.push({ request, ...(fault && { fault: fault.kind }) })
    const { socket } = incoming
    switch (fault?.kind) {
      case 'drop':
        socket.destroy()
        return
      case 'hang':
        return
      case 'status': {
        const { status, retryAfterSeconds } = fault
        const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
        incoming.resume()
        response.writeHead(status, { ...headers, 'content-type': 'text/plain' }).end('not now')
        return
      }
      case 'garbage':
        incoming.resume()
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end('<!doctype html><title>Sign in</title>\u0000{"')
        return
      case 'huge':
        incoming.resume()
        await sendBytes(response, fault.bytes)
        return
      case 'redirect':
        incoming.resume()
        response.writeHead(307, { location: incoming.url ?? '/' }).end()
        return
      case 'delay':
        await pause(fault.ms)
        break
      default:
    }
    const reply = await forward(target, incoming, await bodyOf(incoming))
    if (fault?.kind === 'reset-after-commit') socket.resetAndDestroy()
    else if (fault?.kind === 'truncate') {
      response.writeHead(reply.status, {
        ...reply.headers,
        'content-length': Math.max(2, reply.body.length),
      })
      response.write(reply.body.subarray(0, reply.body.length >> 1), () => socket.destroy())
    } else passOn(response, reply)
  }
  const handle = (incoming: IncomingMessage, response: ServerResponse): void => {
    answer(incoming, response).catch(() => incoming.socket.destroy())
  }
  const secure = certificate && createSecureServer(certificate, handle)
  const server: Server = secure ?? createServer(handle)
  const listen = (at: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(at, '127.0.0.1', () => {
        server.off('error', reject)
        resolve()
      })
    })
  const down = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  const proxy: FaultProxy = {
    url: `${secure ? 'https' : 'http'}://127.0.0.1:${port}`,
    log,
    plan: () => undefined,
    down,
    up: () => listen(port),
    present: other => {
      secure?.setSecureContext(other)
      // Those who trusted the last one ask again.
      server.closeAllConnections()
    },
    close: down,
  }
  return proxy
}
