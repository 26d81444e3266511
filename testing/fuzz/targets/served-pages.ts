// What anybody can say to our listeners: `epochwatt serve`, and the page of metrics of a tracked run.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { startServer } from '../../../packages/cli/src/serve/start-server.js'
import { openStore } from '../../../packages/core/src/index.js'
import { servePages } from '../../../packages/core/src/serve/page-server.js'
import { measuredLaptop } from '../../../packages/report/src/fixtures/measured-laptop.js'
import type { FuzzTarget } from '../fuzz-target.js'
import { scratchFolder } from '../scratch-folder.js'

const ID = '2026-01-05_run-1'
/** What is in the store, beside it, and in what may look into it. */
const SERVED = 'the-name-of-a-run'
const OUTSIDE = 'what-lies-outside'
const TOKEN = 'a-token-of-enough-characters'

const { folder, write } = scratchFolder()
const store = join(folder, 'store')

const fill = (): void => {
  const record = (name: string, id: string) => JSON.stringify({ ...measuredLaptop, id, name })
  write(`store/runs/${ID}/record.json`, record(SERVED, ID))
  write('elsewhere/record.json', record(OUTSIDE, 'linked'))
  write('secret.txt', OUTSIDE)
  write('store/open/none', '{}')
  mkdirSync(join(folder, 'etc'))
  writeFileSync(join(folder, 'etc/passwd'), OUTSIDE)
  symlinkSync(join(folder, 'elsewhere'), join(store, 'runs/linked'))
}

interface Listener {
  readonly port: number
  close(): Promise<void>
}

/** Begun at the first case, so that a test of another target starts none. */
const listener = (begin: () => Promise<{ readonly url: string; close(): Promise<void> }>) => {
  let begun: Promise<Listener> | undefined
  return {
    port: async (): Promise<number> => {
      begun ??= begin().then(({ url, close }) => ({ port: Number(new URL(url).port), close }))
      return (await begun).port
    },
    close: async (): Promise<void> => {
      await (await begun)?.close()
      begun = undefined
    },
  }
}

let isFilled = false
const serving = (host: string) =>
  listener(async () => {
    if (!isFilled) fill()
    isFilled = true
    const before = process.env.EPOCHWATT_SERVE_TOKEN
    process.env.EPOCHWATT_SERVE_TOKEN = TOKEN
    try {
      return await startServer({ store: openStore(store), host, port: 0 })
    } finally {
      if (before === undefined) delete process.env.EPOCHWATT_SERVE_TOKEN
      else process.env.EPOCHWATT_SERVE_TOKEN = before
    }
  })

/** As the plug-in of W&B serves them. */
const metering = listener(async () => {
  const { origin, close } = await servePages({
    host: '127.0.0.1',
    port: 0,
    token: TOKEN,
    respond: (_request, response, { pathname }) => response.end(pathname === '/metrics' ? SERVED : 'none'),
  })
  return { url: origin, close }
})

/** Far more than an answer on loopback takes: a server that is silent for so long hangs. */
const PATIENCE_MS = 10_000

/** Everything that comes back until the server hangs up, which it does once we have. */
const say = (port: number, bytes: Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
    const patience = setTimeout(() => reject(new Error('no answer')), PATIENCE_MS)
    socket.setEncoding('latin1').on('data', text => {
      answer += text
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(patience)
      socket.destroy()
      resolve(answer)
    })
  })

const must = (condition: boolean, rule: string): void => {
  if (!condition) throw new Error(rule)
}

const request = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`

const PATHS = [
  '/',
  '/metrics',
  '/events',
  `/runs/${ID}`,
  `/runs/${ID}/record.json`,
  `/compare?run=${ID}&run=linked&metric=loss`,
  '/runs/linked',
  '/runs/linked/record.json',
  '/runs/../../secret.txt',
  '/runs/..%2f..%2fsecret.txt',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/..\\..\\secret.txt',
  '/runs/..%5c..%5csecret.txt/record.json',
  '/runs/%00/record.json',
  '//secret.txt',
  '/open/none',
]

const asked = (host: string, ...further: string[]): string[] =>
  PATHS.map(path => request(`GET ${path} HTTP/1.1`, `Host: ${host}`, ...further))

const local = serving('127.0.0.1')
const open = serving('0.0.0.0')

const target = (
  name: string,
  { port, close }: ReturnType<typeof listener>,
  seeds: readonly string[],
  check: (answer: string) => void,
): FuzzTarget => ({
  name,
  seeds,
  errors: [],
  close,
  run: async input => {
    const answer = await say(await port(), input)
    must(!/^access-control-/im.test(answer), 'another page is let in')
    must(!answer.includes(OUTSIDE), 'what is outside of the store was served')
    must(!answer.includes(TOKEN) || /^set-cookie:/im.test(answer), 'the token was told')
    check(answer)
  },
})

const nothingServed = (answer: string): void => {
  must(!answer.includes(SERVED), 'who may not look was shown something')
  must(!/^HTTP\/1\.1 [23]/m.test(answer), 'who may not look was answered')
}

export const servedPageTargets: readonly FuzzTarget[] = [
  target(
    'serve: requests of this machine',
    local,
    [
      ...asked('localhost'),
      ...asked('127.0.0.1:4870', 'Origin: http://evil.example', 'Connection: keep-alive'),
      request('HEAD / HTTP/1.0', 'Host: [::1]'),
      `${request('POST / HTTP/1.1', 'Host: localhost', 'Transfer-Encoding: chunked')}5\r\nabcde\r\n0\r\n\r\n`,
      asked('localhost').slice(0, 4).join(''),
    ],
    () => undefined,
  ),
  target(
    'serve: requests under another name',
    local,
    [
      ...asked('evil.example'),
      ...asked('127.0.0.1.evil.example:4870', 'X-Forwarded-Host: evil.example'),
      ...PATHS.map(path => request(`GET http://evil.example${path} HTTP/1.1`, 'Host: evil.example')),
      request('GET / HTTP/1.0'),
      request('GET / HTTP/1.1', 'Host: evil.example', 'Host: other.example'),
    ],
    nothingServed,
  ),
  target(
    'serve: requests without the token',
    open,
    [
      ...asked('any.example'),
      ...asked('any.example', 'Authorization: Bearer a-token-of-other-characters'),
      ...asked('any.example', 'Cookie: a=b; epochwatt-token=a-token-of-other-characters'),
      ...PATHS.map(path => request(`GET ${path}?token=a-token HTTP/1.1`, 'Host: any.example')),
    ],
    nothingServed,
  ),
  target(
    'serve: requests with the token',
    open,
    [
      ...asked('any.example', `Authorization: Bearer ${TOKEN}`),
      ...asked('any.example', `Cookie: epochwatt-token=${TOKEN}`),
      ...PATHS.map(path => request(`GET ${path}?token=${TOKEN} HTTP/1.1`, 'Host: any.example')),
    ],
    answer => must(!/^location: (?!\/(?!\/))/im.test(answer), 'who has the token is led elsewhere'),
  ),
  target(
    'metrics of a run: requests without the token, or under another name',
    metering,
    [
      ...asked('localhost'),
      ...asked('localhost', 'Authorization: Bearer a-token-of-other-characters'),
      ...asked('evil.example', `Authorization: Bearer ${TOKEN}`),
    ],
    nothingServed,
  ),
]
