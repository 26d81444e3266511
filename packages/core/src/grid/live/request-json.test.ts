// Against a real server on the loopback.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { zod } from '../../lazy-zod.js'
import { requestJson } from './request-json.js'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

let server: Server
const requests: IncomingMessage[] = []
const signal = new AbortController().signal
const schema = () => zod().object({ value: zod().number() })

/** Answers in turn; the last one goes on. */
const serve = async (...answers: Answer[]): Promise<URL> => {
  requests.length = 0
  server = createServer((request, response) => {
    requests.push(request)
    answers[Math.min(requests.length, answers.length) - 1]!(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/now?api_key=SECRET-IN-QUERY`)
}

afterEach(async () => {
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
})

const good: Answer = (_request, response) => response.end('{"value":42}')
const refuse =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    response.writeHead(status, headers).end('SECRET-IN-BODY')

const failure = async (
  url: URL,
  timeoutMs = 2000,
): Promise<Error & { code: string; retryAfterMs?: number }> => {
  const error = await requestJson(url, { schema, signal, timeoutMs }).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Error)
  const found = error as Error & { code: string }
  expect(found.message).not.toMatch(/SECRET/)
  return found
}

describe('requestJson', () => {
  it('gives what the schema knows and sends the headers', async () => {
    const url = await serve(good)
    await expect(requestJson(url, { schema, signal, headers: { 'auth-token': 'k' } })).resolves.toEqual({
      value: 42,
    })
    expect(requests[0]!.headers).toMatchObject({ 'auth-token': 'k', accept: 'application/json' })
    expect(requests[0]!.headers['user-agent']).toMatch(/^epochwatt\/\d/)
  })

  it.each([
    ['throttled, with a wait in seconds', refuse(429, { 'retry-after': '0' })],
    [
      'throttled, with a date that has passed',
      refuse(429, { 'retry-after': 'Mon, 05 Jan 2026 10:00:00 GMT' }),
    ],
    ['out of order for a moment', refuse(500)],
  ])('asks again when %s', async (_what, bad) => {
    const url = await serve(bad, good)
    await expect(requestJson(url, { schema, signal })).resolves.toEqual({ value: 42 })
    expect(requests).toHaveLength(2)
  })

  it('gives up after three attempts', async () => {
    const url = await serve(refuse(503, { 'retry-after': '0' }))
    expect(await failure(url)).toMatchObject({ code: 'GRID_BUSY' })
    expect(requests).toHaveLength(3)
  })

  it('does not sit out a long wait, but says how long it was', async () => {
    const url = await serve(refuse(429, { 'retry-after': '3600' }))
    expect(await failure(url)).toMatchObject({ code: 'GRID_BUSY', retryAfterMs: 3_600_000 })
    expect(requests).toHaveLength(1)
  })

  it.each([
    [401, 'GRID_UNAUTHORISED'],
    [403, 'GRID_UNAUTHORISED'],
    [404, 'GRID_REFUSED'],
  ])('takes HTTP %i as final', async (status, code) => {
    const url = await serve(refuse(status))
    expect(await failure(url)).toMatchObject({ code, message: expect.stringContaining(`HTTP ${status}`) })
    expect(requests).toHaveLength(1)
  })

  it.each([
    ['no JSON', '<html>maintenance</html>'],
    ['half of it', '{"value":'],
    ['nothing', ''],
    ['another form', '{"value":"high"}'],
    ['null', 'null'],
  ])('refuses %s', async (_what, body) => {
    const url = await serve((_request, response) => response.end(body))
    expect(await failure(url)).toMatchObject({ code: 'GRID_REPLY_INVALID' })
    expect(requests).toHaveLength(1)
  })

  it('does not wait for a server that says nothing, or stops in the middle', async () => {
    const silent = await serve(() => {})
    expect(await failure(silent, 100)).toMatchObject({ code: 'GRID_TIMEOUT' })
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
    const halting = await serve((_request, response) => void response.write('{"value":'))
    expect(await failure(halting, 100)).toMatchObject({ code: 'GRID_TIMEOUT' })
  })

  it('says when nobody listens', async () => {
    const url = await serve(good)
    await new Promise(resolve => server.close(resolve))
    const error = await failure(url)
    expect(error).toMatchObject({
      code: 'GRID_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it('takes a key nowhere else', async () => {
    const url = await serve(
      (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end(),
      good,
    )
    expect(await failure(url)).toMatchObject({ code: 'GRID_UNREACHABLE' })
    expect(requests).toHaveLength(1)
  })

  it('ends when it is told to, also while it waits', async () => {
    const url = await serve(refuse(429, { 'retry-after': '9' }))
    const abort = new AbortController()
    const outcome = requestJson(url, { schema, signal: abort.signal })
    setTimeout(() => abort.abort(), 200)
    await expect(outcome).rejects.toMatchObject({ name: 'AbortError' })
    expect(requests).toHaveLength(1)
  })
})
