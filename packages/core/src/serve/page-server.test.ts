// What a socket can say to a listener: bytes, in its own time.
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type PageServer, type PageServerOptions, servePages, servePagesWithin } from './page-server.js'

const PAGE = 'what is served'
const TOKEN = 'a+token/of=16;or_more%'

let server: PageServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

const respond: PageServerOptions['respond'] = (_request, response, { pathname }) => {
  if (pathname === '/broken') throw new Error('a path of this machine')
  response.end(`${PAGE} at ${pathname}`)
}

const portOf = ({ origin }: PageServer): number => Number(new URL(origin).port)

const serve = async (options: Partial<PageServerOptions> = {}): Promise<number> => {
  server = await servePages({ host: '127.0.0.1', port: 0, respond, ...options })
  return portOf(server)
}

/** Everything that comes back until the server hangs up, which it does once we have. */
const say = (port: number, bytes: string): Promise<string> =>
  new Promise(resolve => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes, 'latin1'))
    socket.setEncoding('latin1').on('data', text => {
      answer += text
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
  })

const ask = (host: string, line = 'GET / HTTP/1.1', ...further: string[]): string =>
  `${[line, `Host: ${host}`, ...further].join('\r\n')}\r\n\r\n`

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])

describe('who calls this machine by another name gets nothing', () => {
  it.each([
    ['localhost', 200],
    ['LocalHost:4870', 200],
    ['127.0.0.1', 200],
    ['127.1.2.3:80', 200],
    ['[::1]', 200],
    ['[::1]:4870', 200],
    ['', 421],
    ['localhost.', 421],
    ['localhost:4870:80', 421],
    ['localhost:', 421],
    ['localhost@evil.example', 421],
    ['localhost, evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['evil.example#127.0.0.1', 421],
    ['[::1].evil.example', 421],
    ['[::ffff:127.0.0.1]', 421],
    ['2130706433', 421],
    ['0x7f.1', 421],
    ['0.0.0.0', 421],
    ['[::]', 421],
  ])('Host: %s', async (host, status) => {
    const answer = await say(await serve(), ask(host))
    expect(statusOf(answer), answer).toBe(status)
    expect(answer.includes(PAGE)).toBe(status === 200)
  })

  it.each([
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['no Host, as HTTP/1.0 allows', 'GET / HTTP/1.0\r\n\r\n', 421],
    ['two, the second of them foreign', ask('localhost', 'GET / HTTP/1.1', 'Host: evil.example'), 421],
    ['two, the first of them foreign', ask('evil.example', 'GET / HTTP/1.1', 'Host: localhost'), 421],
    ['another in the first line', ask('localhost', 'GET http://evil.example/ HTTP/1.1'), 421],
    ['one of ours in the first line alone', ask('evil.example', 'GET http://localhost/ HTTP/1.1'), 421],
    [
      'one of ours from a proxy',
      ask('evil.example', 'GET / HTTP/1.1', 'X-Forwarded-Host: localhost', 'Forwarded: host=localhost'),
      421,
    ],
    ['a preflight', ask('evil.example', 'OPTIONS / HTTP/1.1', 'Origin: http://evil.example'), 421],
    ['a second request behind a good one', ask('localhost') + ask('evil.example'), 200],
  ])('%s', async (_, bytes, status) => {
    const answer = await say(await serve(), bytes)
    expect(statusOf(answer), answer).toBe(status)
    expect(answer.split(PAGE).length - 1).toBe(status === 200 ? 1 : 0)
  })
})

describe('whatever is said', () => {
  it.each([
    ['nothing', ''],
    ['no HTTP', 'HELO\r\n\r\n'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['no path', ask('localhost', 'OPTIONS * HTTP/1.1')],
    ['a tunnel', ask('localhost', 'CONNECT evil.example:80 HTTP/1.1')],
    ['an upgrade', ask('localhost', 'GET / HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket')],
    ['a body', `${ask('localhost', 'POST / HTTP/1.1', 'Content-Length: 5')}abcde`],
    ['a body that never comes', ask('localhost', 'PUT / HTTP/1.1', 'Content-Length: 99999999999')],
    [
      'two lengths',
      `${ask('localhost', 'GET / HTTP/1.1', 'Content-Length: 1', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    ],
    ['an expectation', ask('localhost', 'GET / HTTP/1.1', 'Expect: miracles')],
    ['a long line', ask('localhost', `GET /${'a'.repeat(100_000)} HTTP/1.1`)],
    ['a long header', ask('localhost', 'GET / HTTP/1.1', `Cookie: ${'a'.repeat(100_000)}`)],
    [
      'many headers',
      ask('localhost', 'GET / HTTP/1.1', ...Array.from({ length: 3000 }, (_, i) => `X-${i}: 1`)),
    ],
    ['a page that fails', ask('localhost', 'GET /broken HTTP/1.1')],
  ])(
    '%s: no header lets other pages in, nothing of this machine is told, and the next is served',
    async (_, bytes) => {
      const port = await serve()
      const answer = await say(port, bytes)
      expect(answer).not.toMatch(/access-control|a path of this machine|\.ts|node:/i)
      expect(statusOf(await say(port, ask('localhost')))).toBe(200)
    },
  )

  it.each([
    ['//evil.example/', '//evil.example/'],
    ['/%2e%2e/%2e%2e/etc/passwd', '/etc/passwd'],
    ['/..\\..\\etc', '/etc'],
    ['/a?b=/../c', '/a'],
    ['/a#b', '/a'],
    ['/:80/@evil.example', '/:80/@evil.example'],
  ])('%s stays a path', async (target, path) => {
    const answer = await say(await serve(), ask('localhost', `GET ${target} HTTP/1.1`))
    expect(answer.split('\r\n\r\n')[1]).toContain(`${PAGE} at ${path}`)
  })
})

describe('a token', () => {
  const bearer = (text: string) => ask('any.example', 'GET / HTTP/1.1', `Authorization: ${text}`)

  it.each([
    [`Bearer ${TOKEN}`, 200],
    [`bearer ${TOKEN}`, 200],
    [`Bearer ${TOKEN}x`, 401],
    [`Bearer ${TOKEN.slice(0, -1)}`, 401],
    [`Bearer  ${TOKEN.toUpperCase()}`, 401],
    ['Bearer ', 401],
    ['Bearer undefined', 401],
    [`Basic ${Buffer.from(`u:${TOKEN}`).toString('base64')}`, 401],
    [TOKEN, 401],
  ])('is asked for where others can call: %s', async (header, status) => {
    const port = await serve({ host: '0.0.0.0', token: TOKEN })
    const answer = await say(port, bearer(header))
    expect(statusOf(answer)).toBe(status)
    expect(answer.includes(PAGE)).toBe(status === 200)
    expect(answer).not.toContain(TOKEN)
  })

  it('is asked for before anything is told of what there is', async () => {
    const port = await serve({ host: '0.0.0.0', token: TOKEN })
    for (const line of ['POST / HTTP/1.1', 'GET /none HTTP/1.1', 'GET /broken HTTP/1.1'])
      expect(statusOf(await say(port, ask('any.example', line)))).toBe(401)
  })
})

describe('who holds a connection', () => {
  const limits = { connections: 2, requests: 3, headersMs: 200, requestMs: 300, idleMs: 400 }
  const holding = (port: number, bytes: string) =>
    new Promise<string>(resolve => {
      let answer = ''
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
      socket.on('data', text => {
        answer += text
      })
      socket.on('error', () => undefined)
      socket.on('close', () => resolve(answer))
    })

  it('is hung up on: headers that never end, a body that never comes, silence', async () => {
    for (const bytes of ['GET / HTTP/1.1\r\nHost: local', ask('localhost', 'POST /'), '']) {
      server = await servePagesWithin(limits, { host: '127.0.0.1', port: 0, respond })
      expect(await holding(portOf(server), bytes)).not.toContain(PAGE)
      await server.close()
    }
  })

  it('is answered so many times and no more', async () => {
    server = await servePagesWithin(limits, { host: '127.0.0.1', port: 0, respond })
    const answer = await say(portOf(server), ask('localhost').repeat(1000))
    expect(answer.split(PAGE).length - 1).toBeLessThanOrEqual(limits.requests)
  })

  it('keeps others out only as long', async () => {
    server = await servePagesWithin(limits, { host: '127.0.0.1', port: 0, respond })
    const port = portOf(server)
    const held = [holding(port, 'GET'), holding(port, 'GET')]
    // No room: hung up on at once.
    await expect.poll(() => say(port, ask('localhost')), { timeout: 10_000 }).toBe('')
    await Promise.all(held)
    expect(statusOf(await say(port, ask('localhost')))).toBe(200)
  })
})
