// Whole runs that follow a publisher.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { EVENTS_FILE } from '../../journal/files.js'
import { startTracking } from '../../tracker/start-tracking.js'
import type { GridPoint, GridProvider } from './grid-provider.js'

let dir: string
const server = setupServer()
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterAll(() => server.close())
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'epochwatt-live-'))
})
afterEach(() => {
  server.resetHandlers()
  vi.unstubAllEnvs()
  rmSync(dir, { recursive: true, force: true })
})

const base = () => ({ dir, country: 'FR', offline: false, samplingIntervalMs: 50 })
const codes = (record: { readonly warnings: readonly { readonly code: string }[] } | undefined) =>
  record?.warnings.map(({ code }) => code) ?? []
const busyFor = (ms: number): void => {
  const end = performance.now() + ms
  while (performance.now() < end);
}

const publisher = (
  fetch: (from: Date, to: Date) => Promise<readonly GridPoint[]>,
  change: Partial<GridProvider> = {},
): GridProvider & { asked: number } => {
  const provider = {
    name: 'test-publisher',
    source: 'Test publisher',
    basis: 'direct' as const,
    kind: 'average' as const,
    zoneOf: () => 'FR',
    ...change,
    asked: 0,
    fetch: (_zone: string, from: Date, to: Date) => {
      provider.asked++
      return fetch(from, to)
    },
  }
  return provider
}
const thisHour = async (_from: Date, to: Date): Promise<GridPoint[]> => [
  { fromMs: to.getTime() - 1_800_000, toMs: to.getTime() + 1_800_000, gramsPerKwh: 25 },
]

describe('a run that follows a publisher', () => {
  it('has its figures in the record and, once heard, in live ones', async () => {
    const tracker = startTracking({ ...base(), grid: publisher(thisHour) })
    const journal = join(tracker.directory, EVENTS_FILE)
    await vi.waitFor(() => expect(readFileSync(journal, 'utf8')).toContain('"type":"grid"'), 10_000)
    const epoch = tracker.window('epoch', { index: 0 })
    busyFor(100)
    epoch.end()
    const { energyKwh, carbonGrams } = epoch.figures()
    const record = await tracker.stop()
    const perKwh = 25 * record!.pue.value
    expect(carbonGrams!.value / energyKwh!.value).toBeCloseTo(perKwh, 6)
    expect(record!.epochs[0]!.carbon_g!.value / record!.epochs[0]!.energy_kwh!.value).toBeCloseTo(perKwh, 6)
    expect(record!.grid).toMatchObject({
      g_per_kwh: { value: 25 },
      source: 'Test publisher',
      zone: 'FR',
      basis: 'direct',
      kind: 'average',
    })
    expect(record!.grid.intervals).toHaveLength(1)
    expect(codes(record).filter(code => code.startsWith('GRID'))).toEqual([])
  })

  it('gets its figures at the stop where the thread was blocked from beginning to end', async () => {
    const tracker = startTracking({ ...base(), grid: publisher(thisHour) })
    busyFor(200)
    const record = await tracker.stop()
    expect(record!.grid.g_per_kwh.value).toBe(25)
  })

  it('spares the publisher when runs follow each other', async () => {
    const grid = publisher(thisHour)
    for (let run = 0; run < 3; run++) {
      const record = await startTracking({ ...base(), grid }).stop()
      expect(record!.grid.g_per_kwh.value).toBe(25)
    }
    expect(grid.asked).toBeLessThanOrEqual(2)
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('down'))],
    [
      'throws',
      () => {
        throw new TypeError('broken')
      },
    ],
    ['answers nonsense', async () => [{ gramsPerKwh: 'high' }] as unknown as GridPoint[]],
  ] as const)('is none the worse for a publisher that %s', async (_what, fetch) => {
    const tracker = startTracking({ ...base(), grid: publisher(fetch) })
    busyFor(150)
    const record = await tracker.stop()
    expect(record).toMatchObject({ status: 'finished', grid: { zone: 'FR', basis: 'lifecycle' } })
    expect(record!.carbon.operational_g!.value).toBeGreaterThan(0)
  })

  it('says so when there was no answer', async () => {
    const record = await startTracking({
      ...base(),
      grid: publisher(() => Promise.reject(new Error('down'))),
    }).stop()
    expect(record!.warnings).toContainEqual({
      code: 'GRID_UNREACHABLE',
      message: 'test-publisher failed: down There is no figure of it so far.',
    })
  })

  it('does not wait for long for a publisher that never answers', async () => {
    const tracker = startTracking({ ...base(), grid: publisher(() => new Promise(() => {})) })
    expect(await tracker.stop()).toMatchObject({ status: 'finished', grid: { basis: 'lifecycle' } })
  })

  it('uses the figure of another time where there is no new one, and says so', async () => {
    await startTracking({
      ...base(),
      grid: publisher(async (_from, to) => [
        { fromMs: to.getTime() - 5_400_000, toMs: to.getTime() - 1_800_000, gramsPerKwh: 70 },
      ]),
    }).stop()
    const record = await startTracking({ ...base(), offline: true, grid: publisher(thisHour) }).stop()
    expect(record!.grid.g_per_kwh.value).toBe(70)
    expect(record!.grid.intervals).toMatchObject([{ g_per_kwh: 70, stale: true }])
    expect(codes(record)).toEqual(expect.arrayContaining(['GRID_STALE', 'GRID_OFFLINE']))
  })

  it('is asked nothing offline', async () => {
    const grid = publisher(thisHour)
    const record = await startTracking({ ...base(), offline: true, grid }).stop()
    expect(grid.asked).toBe(0)
    expect(record!.grid.basis).toBe('lifecycle')
    expect(codes(record)).toContain('GRID_OFFLINE')
  })

  it('keeps a marginal figure beside the totals', async () => {
    const tracker = startTracking({ ...base(), grid: publisher(thisHour, { kind: 'marginal' }) })
    busyFor(150)
    const record = await tracker.stop()
    expect(record!.grid).toMatchObject({
      kind: 'average',
      basis: 'lifecycle',
      beside: [
        { kind: 'marginal', g_per_kwh: { value: 25 }, source: 'Test publisher' },
        { kind: 'residual', zone: 'FR' },
      ],
    })
    const perKwh = record!.carbon.operational_g!.value / record!.energy.total_kwh!.value
    expect(perKwh).toBeCloseTo(record!.grid.g_per_kwh.value * record!.pue.value, 6)
  })
})

describe('the option grid', () => {
  it('is refused where it is none of the providers', () => {
    expect(() => startTracking({ ...base(), grid: 'uk' as 'watttime' })).toThrow(
      /Option "grid" is "uk"; accepted: "uk-carbon-intensity", "energy-charts"/,
    )
    expect(() => startTracking({ ...base(), grid: { name: 'x' } as unknown as GridProvider })).toThrow(
      /"grid"/,
    )
  })

  it('is refused for a place that the provider does not cover', () => {
    expect(() => startTracking({ ...base(), grid: 'uk-carbon-intensity' })).toThrow(/covers FR/)
  })

  it('names the keys that are missing', () => {
    vi.stubEnv('WATTTIME_USERNAME', '')
    expect(() => startTracking({ ...base(), grid: 'watttime', gridZone: 'PJM_DC' })).toThrow(
      /WATTTIME_USERNAME and WATTTIME_PASSWORD set in the environment/,
    )
  })

  it('does not go with a figure of the user, unless one was said in a stronger place', async () => {
    const grid = publisher(thisHour)
    expect(() => startTracking({ ...base(), gridIntensity: 50, grid })).toThrow(/leave one of the two out/)
    vi.stubEnv('EPOCHWATT_GRID_INTENSITY', '50')
    expect((await startTracking({ ...base(), grid }).stop())!.grid.g_per_kwh.value).toBe(25)
    vi.stubEnv('EPOCHWATT_GRID_INTENSITY', '')
    vi.stubEnv('EPOCHWATT_GRID', 'rte-eco2mix')
    const record = await startTracking({ ...base(), gridIntensity: 50 }).stop()
    expect(record!.grid.g_per_kwh.value).toBe(50)
    expect(grid.asked).toBeGreaterThan(0)
  })
})

const filesBelow = (folder: string): string[] =>
  readdirSync(folder).flatMap(name => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })

describe('keys', () => {
  const TOKEN = 'canary-token-6b1f'
  const PASSWORD = 'canary-password-90ce'
  const written = (): string =>
    filesBelow(dir)
      .map(path => readFileSync(path, 'utf8'))
      .join('\n')

  it.each([
    ['a good answer', 200],
    ['a refusal', 401],
    ['an outage', 503],
  ])('are in no file, whatever the answer: %s', async (_what, status) => {
    vi.stubEnv('ELECTRICITYMAPS_TOKEN', TOKEN)
    let sent: string | null = null
    server.use(
      http.get('https://api.electricitymaps.com/v4/carbon-intensity/:what', ({ request }) => {
        sent = request.headers.get('auth-token')
        const point = { carbonIntensity: 30, datetime: new Date().toISOString(), isEstimated: false }
        // A publisher that repeats what it was sent, as error pages do.
        return status === 200
          ? HttpResponse.json({ zone: 'FR', history: [point], ...point, token: sent })
          : HttpResponse.json({ error: `bad token ${sent}` }, { status, headers: { 'retry-after': '0' } })
      }),
    )
    const warned = vi.spyOn(process, 'emitWarning')
    const record = await startTracking({ ...base(), grid: 'electricity-maps' }).stop()
    expect(sent).toBe(TOKEN)
    expect(record!.grid.source).toBe(status === 200 ? 'Electricity Maps' : record!.grid.source)
    expect(written()).toContain('"epochwatt.run/1"')
    expect(written()).not.toContain(TOKEN)
    expect(warned.mock.calls.join()).not.toContain(TOKEN)
    warned.mockRestore()
  })

  it('are in no file, nor is what was got for them', async () => {
    vi.stubEnv('WATTTIME_USERNAME', 'canary-user')
    vi.stubEnv('WATTTIME_PASSWORD', PASSWORD)
    const basic = Buffer.from(`canary-user:${PASSWORD}`).toString('base64')
    const sent: (string | null)[] = []
    server.use(
      http.get('https://api.watttime.org/login', ({ request }) => {
        sent.push(request.headers.get('authorization'))
        return HttpResponse.json({ token: 'canary-bearer-77' })
      }),
      http.get('https://api.watttime.org/v3/historical', ({ request }) => {
        sent.push(request.headers.get('authorization'))
        return HttpResponse.json({
          data: [{ point_time: new Date(Date.now() - 60_000).toISOString(), value: 870.5 }],
          meta: {
            region: 'PJM_DC',
            signal_type: 'co2_moer',
            units: 'lbs_co2_per_mwh',
            data_point_period_seconds: 300,
          },
        })
      }),
    )
    const record = await startTracking({ ...base(), grid: 'watttime', gridZone: 'PJM_DC' }).stop()
    expect(sent.slice(0, 2)).toEqual([`Basic ${basic}`, 'Bearer canary-bearer-77'])
    expect(record!.grid.beside).toMatchObject([
      { kind: 'marginal', source: 'WattTime' },
      { kind: 'residual' },
    ])
    for (const secret of ['canary-user', PASSWORD, basic, 'canary-bearer-77'])
      expect(written()).not.toContain(secret)
  })
})
