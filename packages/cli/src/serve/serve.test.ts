import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, type RunRecord, startTracking, type Tracker } from '@epochwatt/core'
import {
  accessibilityProblems,
  type Browser,
  findChromium,
  launchChromium,
  type Page,
} from '@epochwatt/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type StoreServer, startServer } from './start-server.js'

const HOSTILE = '</td></script><script>alert(1)</script><img src=x onerror=alert(2)>"\''

const dir = mkdtempSync(join(tmpdir(), 'epochwatt-serve-'))
const options = { dir, country: 'FR', samplingIntervalMs: 50 }

const work = async (tracker: Tracker, epochs: number): Promise<void> => {
  for (let index = 0; index < epochs; index++) {
    const epoch = tracker.window('epoch', { index })
    const end = performance.now() + 60
    while (performance.now() < end) Math.sqrt(index)
    epoch.logMetrics({ val_acc: 0.5 + index / 10 })
    epoch.end()
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

const finished = async (name: string, project: string): Promise<RunRecord> => {
  const tracker = startTracking({ ...options, name, project })
  await work(tracker, 2)
  return (await tracker.stop())!
}

const runs: RunRecord[] = []
let server: StoreServer

beforeAll(async () => {
  runs.push(
    await finished('first', 'digits'),
    await finished('second', 'digits'),
    await finished(HOSTILE, 'vision'),
  )
  server = await startServer({ store: openStore(dir), host: '127.0.0.1', port: 0 })
})

afterAll(async () => {
  await server.close()
  rmSync(dir, { recursive: true, force: true })
})

interface Asked {
  readonly status: number | undefined
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: string
}

/** Unlike fetch, this can say any host. */
const ask = (
  path: string,
  {
    method = 'GET',
    headers = {},
    url = server.url,
  }: { method?: string; headers?: Record<string, string>; url?: string } = {},
): Promise<Asked> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const asked = request({ hostname, port, path, method, headers }, response => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', chunk => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }))
    })
    asked.on('error', reject)
    asked.end()
  })

describe('who may look', () => {
  it('answers on loopback to names of this machine, and to no other', async () => {
    const { port } = new URL(server.url)
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'localhost'])
      expect((await ask('/', { headers: { host } })).status).toBe(200)
    for (const host of [
      `evil.example:${port}`,
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '169.254.1.1',
    ])
      expect((await ask('/', { headers: { host } })).status, host).toBe(421)
    expect((await ask('/events', { headers: { host: 'evil.example' } })).status).toBe(421)
  })

  it('lets no other page read, frame or send anything', async () => {
    const { headers } = await ask('/', { headers: { origin: 'https://evil.example' } })
    expect(Object.keys(headers).filter(name => name.startsWith('access-control'))).toEqual([])
    expect(headers['content-security-policy']).toBe("frame-ancestors 'none'")
    expect(headers['cross-origin-resource-policy']).toBe('same-origin')
    expect(headers['x-content-type-options']).toBe('nosniff')
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await ask('/', { method })).status).toBe(405)
  })

  it('asks for a token where other machines can reach it, and takes it out of the address', async () => {
    const open = await startServer({ store: openStore(dir), host: '0.0.0.0', port: 0 })
    try {
      const { searchParams, port } = new URL(open.url)
      const token = searchParams.get('token')!
      const url = `http://127.0.0.1:${port}`
      expect(token.length).toBeGreaterThan(24)
      expect((await ask('/', { url })).status).toBe(401)
      expect((await ask('/?token=guess', { url })).status).toBe(401)
      expect((await ask('/events', { url })).status).toBe(401)
      const entered = await ask(`/?token=${token}`, { url })
      expect(entered.status).toBe(303)
      expect(entered.headers.location).toBe('/')
      const [cookie] = entered.headers['set-cookie'] as string[]
      expect(cookie).toMatch(/HttpOnly; SameSite=Strict/)
      expect((await ask('/', { url, headers: { cookie: cookie!.split(';')[0]! } })).status).toBe(200)
    } finally {
      await open.close()
    }
  })

  it('takes any token that a header can carry, and leads nobody elsewhere with it', async () => {
    const token = 'a+token/of=16;or&more%=='
    vi.stubEnv('EPOCHWATT_SERVE_TOKEN', token)
    const open = await startServer({ store: openStore(dir), host: '0.0.0.0', port: 0 })
    onTestFinished(async () => {
      vi.unstubAllEnvs()
      await open.close()
    })
    const { search, port } = new URL(open.url)
    const url = `http://127.0.0.1:${port}`
    const entered = await ask(`/${search}`, { url })
    expect(entered.status).toBe(303)
    const [cookie] = entered.headers['set-cookie'] as string[]
    expect((await ask('/', { url, headers: { cookie: cookie!.split(';')[0]! } })).status).toBe(200)
    expect((await ask('/', { url, headers: { authorization: `Bearer ${token}` } })).status).toBe(200)
    for (const broken of ['epochwatt-token=%E0%A4%A', 'epochwatt-token', 'epochwatt-token=', '=;;='])
      expect((await ask('/', { url, headers: { cookie: broken } })).status, broken).toBe(401)
    for (const path of ['//evil.example/', '/.//evil.example/', '/\\\\evil.example/', '/%0d%0aX-Y:z'])
      expect((await ask(`${path}${search}`, { url })).headers.location, path).toMatch(/^\/(?!\/)[^\r\n]*$/)
  })
})

describe('what is served', () => {
  it('is the list, each run with its record, and comparisons', async () => {
    expect((await ask('/')).body).toContain(`/runs/${runs[0]!.id}`)
    expect((await ask(`/runs/${runs[0]!.id}`)).body).toContain('<title>first,')
    expect(JSON.parse((await ask(`/runs/${runs[0]!.id}/record.json`)).body)).toEqual(runs[0])
    const compared = await ask(`/compare?run=${runs[0]!.id}&run=${runs[1]!.id}`)
    expect(compared.body).toContain('2 runs compared')
    for (const path of ['/', '/metrics', '/events'])
      expect(await ask(path, { method: 'HEAD' })).toMatchObject({ body: '' })
  })

  it('is nothing outside of the store, whatever is asked for', async () => {
    for (const path of [
      '/runs/..%2f..%2fetc%2fpasswd',
      '/runs/../../etc/passwd',
      '/runs/none',
      '/etc/passwd',
      '/runs/',
    ])
      expect((await ask(path)).status, path).toBe(404)
    expect((await ask(`/compare?run=${runs[0]!.id}`)).status).toBe(400)
    for (const id of ['none', '..', '../runs', '%2e%2e%2f%2e%2e%2fetc', '/etc'])
      expect((await ask(`/compare?run=${runs[0]!.id}&run=${id}`)).status, id).toBe(404)
    const unknown = await ask(`/compare?run=${runs[0]!.id}&run=${runs[1]!.id}&metric=none`)
    expect(unknown.status).toBe(500)
    expect(unknown.body).toContain('No run logged the metric "none"')
  })

  it('says in one sentence that a port is taken', async () => {
    const { port } = new URL(server.url)
    await expect(
      startServer({ store: openStore(dir), host: '127.0.0.1', port: Number(port) }),
    ).rejects.toThrow(/^Nothing can be served at 127\.0\.0\.1, port \d+ \(.*EADDRINUSE.*\); give another/)
  })
})

describe.skipIf(!findChromium())('in a browser (skipped where there is no Chromium)', () => {
  let browser: Browser
  const said: string[] = []

  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser?.close())

  const open = async (path: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options })
    said.length = 0
    page.on('console', message => said.push(message.text()))
    page.on('pageerror', error => said.push(error.message))
    await page.goto(new URL(path, server.url).href)
    return page
  }

  it('follows a run that goes on, and takes it into the list when it ends', async () => {
    const page = await open('/')
    expect(await page.locator('#live .card').count()).toBe(0)
    const tracker = startTracking({ ...options, name: 'going on', project: 'digits' })
    const card = page.locator(`#live .card[data-run="${tracker.id}"]`)
    await work(tracker, 2)
    await card.waitFor()
    const figures = () => card.locator('dd').allTextContents()
    const before = await figures()
    expect(before).toHaveLength(4)
    await work(tracker, 6)
    await expect.poll(figures, { timeout: 10_000 }).not.toEqual(before)
    expect(await card.textContent()).toContain('running')
    await page.locator('input[name=run]').first().check()
    const chosen = await page.locator('input[name=run]:checked').getAttribute('value')
    const record = (await tracker.stop())!
    const row = page.locator(`#runs tr:has(a[href="/runs/${record.id}"])`)
    await row.waitFor()
    await expect.poll(() => card.count()).toBe(0)
    expect(await row.locator('td').first().getAttribute('data-by')).toBe(
      String(record.energy.total_kwh!.value),
    )
    // What was chosen before the list changed is still chosen.
    expect(await page.locator('input[name=run]:checked').getAttribute('value')).toBe(chosen)
    expect(await page.locator('#connection').textContent()).toBe('live')
    expect(said).toEqual([])
    await page.close()
  })

  it('leads to the report of a run and to a comparison, and back', async () => {
    const page = await open('/')
    await page.getByRole('link', { name: 'first' }).click()
    expect(await page.locator('h1').textContent()).toBe('first')
    await page.getByRole('link', { name: 'All runs' }).click()
    for (const name of ['first', 'second']) await page.getByLabel(`Choose ${name}`).check()
    await page.getByRole('button', { name: 'Compare the runs chosen' }).click()
    expect(await page.locator('h1').textContent()).toBe('2 runs compared')
    expect(await page.locator('#comparison tbody tr').count()).toBe(2)
    expect(said).toEqual([])
    await page.close()
  })

  it('filters the list, and does nothing of what is hostile in a name', async () => {
    const page = await open('/')
    await page.getByLabel('Project').selectOption('vision')
    await expect.poll(() => page.locator('#runs tbody tr:visible').count()).toBe(1)
    expect(await page.locator('#runs tbody tr:visible').textContent()).toContain(HOSTILE)
    expect(await page.locator('img').count()).toBe(0)
    expect(said).toEqual([])
    await page.close()
  })

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)(
    'has no fault that axe finds, and is no wider than the screen (%s, %i px)',
    async (colorScheme, width) => {
      const tracker = startTracking({ ...options, name: 'seen', project: 'digits' })
      onTestFinished(async () => {
        await tracker.stop()
      })
      await work(tracker, 2)
      const page = await open('/', { colorScheme, viewport: { width, height: 900 }, bypassCSP: true })
      await page.locator('#live .card').first().waitFor()
      expect(await accessibilityProblems(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      await page.close()
    },
  )
})
