import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Exchange {
  readonly method: string
  /** With query. */
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What becomes of a request: a reply, or one of the ways in which servers and networks fail. */
export type Fate = Reply | 'hang' | 'reset' | 'torn'

export interface ScriptedServer {
  readonly url: string
  readonly exchanges: readonly Exchange[]
}

const read = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const meet = (fate: Fate, response: ServerResponse): void => {
  if (fate === 'hang') return
  if (fate === 'reset') {
    response.socket?.resetAndDestroy()
  } else if (fate === 'torn') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"run": {"in')
    setTimeout(() => response.socket?.destroy(), 20)
  } else {
    const { status = 200, headers = {}, body = '{}' } = fate
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(body)
  }
}

/**
 * A server on loopback that behaves as the test says, for as long as the test runs.
 * @param decide is given the request and how many came before it
 */
export const scriptedServer = async (
  decide: (exchange: Exchange, before: number) => Fate | Promise<Fate>,
): Promise<ScriptedServer> => {
  const exchanges: Exchange[] = []
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    const exchange = { method, url, headers, body: await read(request) }
    exchanges.push(exchange)
    meet(await decide(exchange, exchanges.length - 1), response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, exchanges }
}

/**
 * A server that passes requests on to another, and may then lose the reply: what the caller sees of a connection
 * that breaks after the work was done.
 */
export const losingReplies = (
  target: string,
  isLost: (exchange: Exchange, before: number) => boolean,
): Promise<ScriptedServer> =>
  scriptedServer(async (exchange, before) => {
    const { method, url, headers, body } = exchange
    const response = await fetch(`${target}${url}`, {
      method,
      headers: { 'content-type': headers['content-type'] ?? '' },
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    })
    const text = await response.text()
    return isLost(exchange, before) ? 'reset' : { status: response.status, body: text }
  })
