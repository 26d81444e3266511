import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Fault } from './fault.js'
import { type FaultProxy, startFaultProxy } from './fault-proxy.js'

let seen: string[]
let server: Server
let proxy: FaultProxy

beforeEach(async () => {
  seen = []
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    seen.push(`${request.method} ${request.url} ${body}`)
    response.end('{"stored":true}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  proxy = await startFaultProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
afterEach(async () => {
  await proxy.close()
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
})

const post = (): Promise<Response> => fetch(`${proxy.url}/a?b=1`, { method: 'POST', body: 'x' })
const meeting = (fault: Fault): Promise<Response> => {
  proxy.plan = () => fault
  return post()
}

describe('the fault proxy', () => {
  it('passes on what meets no fault', async () => {
    expect(await (await post()).json()).toEqual({ stored: true })
    expect(seen).toEqual(['POST /a?b=1 x'])
    expect(proxy.log).toEqual([{ request: { method: 'POST', path: '/a?b=1', index: 0 } }])
  })

  it('keeps from the server what is dropped or answered by somebody else', async () => {
    await expect(meeting({ kind: 'drop' })).rejects.toThrow()
    const limited = await meeting({ kind: 'status', status: 429, retryAfterSeconds: 7 })
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7'])
    const page = await meeting({ kind: 'garbage' })
    await expect(page.json()).rejects.toThrow()
    await expect(meeting({ kind: 'redirect' })).rejects.toThrow()
    expect(seen).toEqual([])
  })

  it.each(['reset-after-commit', 'truncate'] as const)(
    'lets the server do its work when the fault is %s',
    async kind => {
      const read = async () => (await meeting({ kind })).text()
      await expect(read()).rejects.toThrow()
      expect(seen).toEqual(['POST /a?b=1 x'])
    },
  )

  it('hangs until it is closed', async () => {
    const asked = meeting({ kind: 'hang' }).then(
      () => 'answered',
      () => 'closed',
    )
    const first = await Promise.race([asked, new Promise(resolve => setTimeout(resolve, 100, 'waiting'))])
    expect(first).toBe('waiting')
    await proxy.close()
    expect(await asked).toBe('closed')
    proxy = await startFaultProxy('http://127.0.0.1:1')
  })

  it('is gone and comes back at the same address', async () => {
    await proxy.down()
    await expect(post()).rejects.toThrow()
    await proxy.up()
    expect(await (await post()).json()).toEqual({ stored: true })
  })

  it('sends as many bytes as it is told to', async () => {
    const reply = await meeting({ kind: 'huge', bytes: 3 << 20 })
    expect((await reply.arrayBuffer()).byteLength).toBe(3 << 20)
  })
})
