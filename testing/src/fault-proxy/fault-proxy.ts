import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  request as send,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Fault, FaultPlan, ProxiedRequest } from './fault.js'

export interface FaultProxy {
  /** To be used in the server's place. */
  readonly url: string
  /** What came, and what it met. */
  readonly log: readonly { readonly request: ProxiedRequest; readonly fault?: Fault['kind'] }[]
  /** From now on. */
  plan: FaultPlan
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
 * @example
 * const proxy = await startFaultProxy('http://127.0.0.1:5000')
 * proxy.plan = ({ index }) => (index < 3 ? { kind: 'status', status: 429, retryAfterSeconds: 1 } : undefined)
 */
export const startFaultProxy = async (target: string): Promise<FaultProxy> => {
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
  const server: Server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => incoming.socket.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${port}`,
    log,
    plan: () => undefined,
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return proxy
}
