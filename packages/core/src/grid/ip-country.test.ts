import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkOptions } from '../options/check-options.js'
import { startTracking } from '../tracker/start-tracking.js'
import { askIpCountry } from './ask-ip-country.js'
import { IpCountryCache } from './ip-country-cache.js'

const SECRET = 'k3y-of-the-institution'
const servers: Server[] = []
let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'epochwatt-ip-'))
  vi.stubEnv('EPOCHWATT_OFFLINE', '')
  // Without a zone of a country, only the address can say where this is.
  vi.stubEnv('TZ', 'UTC')
  vi.stubEnv('EPOCHWATT_SYSFS_ROOT', join(dir, 'sys'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
  rmSync(dir, { recursive: true, force: true })
})

const serve = (handler: RequestListener): Promise<string> =>
  new Promise(resolve => {
    const server = createServer(handler).listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/country.json?key=${SECRET}`),
    )
    servers.push(server)
  })

const json = (body: unknown) => (_: unknown, response: { end(text: string): void }) =>
  response.end(JSON.stringify(body))

/** As GeoJS documents it; the address is one kept for documentation. */
const SWEDEN = { country: 'SE', country_3: 'SWE', ip: '203.0.113.7', name: 'Sweden' }

const run = async (options: Parameters<typeof startTracking>[0], ms = 120) => {
  const tracker = startTracking({ dir: join(dir, 'store'), samplingIntervalMs: 100, ...options })
  await new Promise(resolve => setTimeout(resolve, ms))
  return (await tracker.stop())!
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8'))

describe('the country of an IP address', () => {
  it.each([
    ['GeoJS', SWEDEN],
    ['country.is', { ip: '203.0.113.7', country: 'SE' }],
  ])('is what a service of the form of %s says', async (_who, body) => {
    expect(await askIpCountry(await serve(json(body)))).toEqual({ country: 'SE' })
  })

  it.each<[string, RequestListener, string]>([
    ['null', json({ country: null }), 'without a country'],
    ['nothing for the country', json({ ip: '203.0.113.7' }), 'without a country'],
    ['an empty country', json({ country: '' }), 'without a country'],
    ['the name of a country', json({ country: 'Sweden' }), 'without a country'],
    ['a list', json([SWEDEN]), 'without a country'],
    ['a code that is none', json({ country: 'XX' }), 'that no table has'],
    ['the code of a satellite network', json({ country: 'A2' }), 'without a country'],
    ['malformed JSON', (_, response) => response.end('{"country":'), 'not JSON'],
    ['a page of HTML', (_, response) => response.end('<html>log in</html>'), 'not JSON'],
    ['an empty page', (_, response) => response.end(), 'not JSON'],
    ['HTTP 401', (_, response) => response.writeHead(401).end(), 'HTTP 401'],
    ['HTTP 404', (_, response) => response.writeHead(404).end(), 'HTTP 404'],
    ['HTTP 429', (_, response) => response.writeHead(429, { 'retry-after': '3600' }).end(), 'HTTP 429'],
    ['HTTP 500', (_, response) => response.writeHead(500).end(), 'HTTP 500'],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: 'http://portal/' }).end(),
      'HTTP 302',
    ],
    ['a cut connection', request => request.socket.destroy(), 'cut'],
  ])('is unknown after %s', async (_what, handler, problem) => {
    expect(await askIpCountry(await serve(handler))).toEqual({ problem: expect.stringContaining(problem) })
  })

  it('is unknown where nobody listens, and where the name is not known', async () => {
    expect(await askIpCountry('http://127.0.0.1:1/')).toEqual({ problem: 'the connection was refused' })
    expect(await askIpCountry('http://[::')).toEqual({ problem: expect.any(String) })
  })

  it('is given up where the answer is slow', async () => {
    const alarm = new Promise(resolve => setTimeout(resolve, 10_000, 'too late'))
    expect(await Promise.race([askIpCountry(await serve(() => {})), alarm])).toEqual({
      problem: 'it did not answer in time',
    })
  })
})

describe('a run that may ask for it', () => {
  it('has the grid of that country, flagged as a guess', async () => {
    const record = await run({ locateByIp: await serve(json(SWEDEN)) })
    expect(record.location).toEqual({ country: 'SE', how: 'ip-address' })
    expect(record.grid).toMatchObject({ zone: 'SE', fallback: false })
    const guess = record.warnings.find(({ code }) => code === 'LOCATION_GUESSED')
    expect(guess?.message).toMatch(/VPN.*proxy.*SE/)
  })

  it('prefers it to the time zone, which is the next guess where nobody answers', async () => {
    vi.stubEnv('TZ', 'Europe/Berlin')
    expect((await run({ locateByIp: await serve(json(SWEDEN)) })).location.how).toBe('ip-address')
    const record = await run({ locateByIp: await serve((_, response) => response.writeHead(500).end()) })
    // The folder of zones may be missing on a small system.
    expect(['time-zone', 'unknown']).toContain(record.location.how)
    expect(record.warnings).toContainEqual({
      code: 'LOCATION_BY_IP',
      message: expect.stringContaining('HTTP 500'),
    })
  })

  it('writes down neither the address that was seen nor that of the service', async () => {
    for (const handler of [
      json(SWEDEN),
      json({}),
      (request: { socket: { destroy(): void } }) => request.socket.destroy(),
    ]) {
      const service = await serve(handler as RequestListener)
      await run({ locateByIp: service })
      const written = filesBelow(dir).join('\n')
      expect(written).toContain('"type":"stop"')
      expect(written).not.toContain(SECRET)
      expect(written).not.toContain('203.0.113.7')
      expect(written).not.toContain(new URL(service).host)
    }
  })

  it('asks once an hour and store', async () => {
    let asked = 0
    const service = await serve((_, response) => {
      asked++
      response.end(JSON.stringify(SWEDEN))
    })
    for (let index = 0; index < 3; index++)
      expect((await run({ locateByIp: service })).location.country).toBe('SE')
    expect(asked).toBe(1)
  })

  it('asks again when it comes to an end, if its thread was blocked until then', async () => {
    const service = await serve(json(SWEDEN))
    const tracker = startTracking({ dir: join(dir, 'store'), locateByIp: service })
    const end = performance.now() + 300
    while (performance.now() < end);
    expect((await tracker.stop())!.location).toEqual({ country: 'SE', how: 'ip-address' })
  })

  it('waits for no slow service longer than the budget of one question', async () => {
    const service = await serve(() => {})
    const tracker = startTracking({ dir: join(dir, 'store'), locateByIp: service })
    const alarm = new Promise(resolve => setTimeout(resolve, 10_000, 'too late'))
    expect(await Promise.race([tracker.stop(), alarm])).toMatchObject({
      status: 'finished',
      location: { how: 'unknown' },
      warnings: expect.arrayContaining([
        { code: 'LOCATION_BY_IP', message: expect.stringContaining('in time') },
      ]),
    })
  })

  it.each([
    ['it is off', { locateByIp: false }],
    ['the run is offline', { offline: true }],
    ['the user said the country', { country: 'FR' }],
    ['the user said the region of a cloud', { cloud: 'aws:eu-west-3' }],
  ])('asks nobody where %s', async (_why, options) => {
    let asked = 0
    const service = await serve((_, response) => {
      asked++
      response.end(JSON.stringify(SWEDEN))
    })
    const record = await run({ locateByIp: service, ...options })
    expect(asked).toBe(0)
    expect(record.location.how).not.toBe('ip-address')
  })
})

describe('the place of a run', () => {
  const LEVELS = [
    'option',
    'environment',
    'config',
    'cloud-metadata',
    'ip-address',
    'time-zone',
    'unknown',
  ] as const
  const COUNTRY: Readonly<Record<string, string | undefined>> = {
    option: 'FR',
    environment: 'PL',
    config: 'IT',
    'cloud-metadata': 'IE',
    'ip-address': 'SE',
    'time-zone': 'DE',
  }

  // Each level with everything that is weaker, and nothing that is stronger. On a machine with far more to do than
  // processors to do it, a metadata service in this very process may miss its 300 ms: then once more.
  it.each(LEVELS.map((how, index) => [how, LEVELS.slice(index)] as const))(
    'is that of %s',
    { retry: 2 },
    async (how, there) => {
      const has = (level: string): boolean => (there as readonly string[]).includes(level)
      if (has('environment')) vi.stubEnv('EPOCHWATT_COUNTRY', COUNTRY.environment!)
      const config = join(dir, 'config.json')
      writeFileSync(config, JSON.stringify(has('config') ? { country: COUNTRY.config } : {}))
      vi.stubEnv('EPOCHWATT_CONFIG', config)
      mkdirSync(join(dir, 'sys/class/dmi/id'), { recursive: true })
      writeFileSync(join(dir, 'sys/class/dmi/id/sys_vendor'), 'Amazon EC2')
      const metadata: RequestListener = ({ url }, response) => {
        if (url?.endsWith('/region')) response.end('eu-west-1')
        else if (url?.endsWith('/instance-type')) response.end('m5.large')
        else response.end('token')
      }
      const down: RequestListener = (_, response) => response.writeHead(404).end()
      const asked = new URL(await serve(has('cloud-metadata') ? metadata : down))
      vi.stubEnv('EPOCHWATT_METADATA_URL', asked.origin)
      if (has('time-zone')) vi.stubEnv('TZ', 'Europe/Berlin')
      const { location } = await run({
        ...(has('option') && { country: COUNTRY.option! }),
        cloudMetadata: true,
        locateByIp: await serve(has('ip-address') ? json(SWEDEN) : down),
      })
      // A small system has no table of zones.
      const known = how === 'time-zone' && !existsSync('/usr/share/zoneinfo/zone.tab') ? 'unknown' : how
      expect([location.how, location.country]).toEqual([known, COUNTRY[known]])
    },
  )
})

describe('what was answered before', () => {
  it('counts for an hour, and for the service that said it', () => {
    const now = Date.UTC(2026, 0, 5)
    const cache = new IpCountryCache(dir, 'http://a/')
    expect(cache.read(now)).toBeUndefined()
    cache.write('SE', now)
    expect(cache.read(now + 3_599_000)).toBe('SE')
    expect(cache.read(now + 3_601_000)).toBeUndefined()
    expect(cache.read(now - 1)).toBeUndefined()
    expect(new IpCountryCache(dir, 'http://b/').read(now)).toBeUndefined()
  })

  it('is nothing where the file is damaged or cannot be written', () => {
    const cache = new IpCountryCache(dir, 'http://a/')
    cache.write('SE')
    writeFileSync(join(dir, 'grid/country-by-ip.json'), '{"country":"SE"')
    expect(cache.read()).toBeUndefined()
    expect(() =>
      new IpCountryCache(join(dir, 'grid/country-by-ip.json'), 'http://a/').write('SE'),
    ).not.toThrow()
  })
})

describe('the option', () => {
  it('takes true, false or an address, and repeats no address in a message', () => {
    for (const locateByIp of [true, false, 'https://geo.example/country', 'http://10.0.0.1/'])
      expect(() => checkOptions({ locateByIp, dir })).not.toThrow()
    for (const locateByIp of ['yes please', `ftp://geo.example/${SECRET}`, 'https://', 1])
      expect(() => checkOptions({ locateByIp: locateByIp as string, dir })).toThrow(
        /"locateByIp" is "\(not shown\)"; accepted: true, false, or the http/,
      )
  })

  it('can be set in the environment', async () => {
    vi.stubEnv('EPOCHWATT_LOCATE_BY_IP', await serve(json(SWEDEN)))
    expect((await run({})).location).toEqual({ country: 'SE', how: 'ip-address' })
  })
})
