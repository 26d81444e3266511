// Replies in the forms that the publishers' documentation shows.
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { GridPlace, GridPoint, GridProvider } from '../grid-provider.js'
import { electricityMaps } from './electricity-maps.js'
import { energyCharts } from './energy-charts.js'
import { httpJsonGrid } from './http-json.js'
import { rteEco2mix } from './rte-eco2mix.js'
import { ukCarbonIntensity } from './uk-carbon-intensity.js'
import { wattTime } from './watttime.js'

const server = setupServer()
const asked: URL[] = []
const sent: Headers[] = []

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
beforeEach(() => {
  asked.length = 0
  sent.length = 0
  vi.useFakeTimers({ toFake: ['Date'], now: to })
})
afterEach(() => {
  server.resetHandlers()
  vi.useRealTimers()
})
afterAll(() => server.close())

const answer = (url: string, ...bodies: readonly (object | string | number)[]): void => {
  let turn = 0
  server.use(
    http.get(url, ({ request }) => {
      asked.push(new URL(request.url))
      sent.push(request.headers)
      const body = bodies[Math.min(turn++, bodies.length - 1)]!
      if (typeof body === 'number')
        return new HttpResponse('', { status: body, headers: { 'retry-after': '0' } })
      return typeof body === 'string' ? new HttpResponse(body) : HttpResponse.json(body)
    }),
  )
}

const from = new Date('2026-01-05T10:00:00Z')
const to = new Date('2026-01-05T12:10:00Z')
const at = (time: string): number => Date.parse(`2026-01-05T${time}:00Z`)
const fetchPoints = (provider: GridProvider, place: GridPlace): Promise<readonly GridPoint[]> =>
  provider.fetch(provider.zoneOf(place), from, to, new AbortController().signal)

const UK_NATIONAL = 'https://api.carbonintensity.org.uk/intensity/2026-01-05T10:00Z/2026-01-05T12:40Z'
const UK_REGIONAL =
  'https://api.carbonintensity.org.uk/regional/intensity/2026-01-05T10:00Z/2026-01-05T12:40Z'
const ENERGY_CHARTS = 'https://api.energy-charts.info/co2eq'
const RTE = 'https://odre.opendatasoft.com/api/explore/v2.1/catalog/datasets/eco2mix-national-tr/records'
const EMAPS = 'https://api.electricitymaps.com/v4/carbon-intensity'
const WATTTIME = 'https://api.watttime.org'

describe('uk-carbon-intensity', () => {
  const half = (start: string, end: string, forecast: number | null, actual?: number | null) => ({
    from: `2026-01-05T${start}Z`,
    to: `2026-01-05T${end}Z`,
    intensity: { forecast, ...(actual !== undefined && { actual }), index: 'moderate' },
  })

  it('takes what was, and the forecast where that is not known yet', async () => {
    answer(UK_NATIONAL, {
      data: [
        half('10:00', '10:30', 186, 178),
        half('10:30', '11:00', 190, null),
        half('11:00', '11:30', null, null),
      ],
    })
    expect(await fetchPoints(ukCarbonIntensity(), { country: 'GB' })).toEqual([
      { fromMs: at('10:00'), toMs: at('10:30'), gramsPerKwh: 178 },
      { fromMs: at('10:30'), toMs: at('11:00'), gramsPerKwh: 190, estimated: true },
    ])
  })

  it.each([
    ['13', '/regionid/13'],
    [' 13 ', '/regionid/13'],
    ['EC1A', '/postcode/EC1A'],
    ['ec1a 1bb', '/postcode/EC1A'],
  ])('asks for the region of %j, and no more of a postcode than is needed', async (zone, path) => {
    answer(`${UK_REGIONAL}${path}`, {
      data: {
        regionid: 13,
        shortname: 'London',
        data: [{ ...half('10:00', '10:30', 140), generationmix: [{ fuel: 'gas', perc: 43.6 }] }],
      },
    })
    expect(await fetchPoints(ukCarbonIntensity(), { zone })).toEqual([
      { fromMs: at('10:00'), toMs: at('10:30'), gramsPerKwh: 140, estimated: true },
    ])
  })

  it.each(['18', '0', 'London', '../x', 'EC1A/../13'])('knows no zone %j', zone => {
    expect(() => ukCarbonIntensity().zoneOf({ zone })).toThrow(/"gridZone" is .*; accepted: for uk-carbon/)
  })

  it('takes no other region for the one that was asked for', async () => {
    answer(`${UK_REGIONAL}/regionid/13`, { data: { regionid: 12, data: [half('10:00', '10:30', 140)] } })
    await expect(fetchPoints(ukCarbonIntensity(), { zone: '13' })).rejects.toMatchObject({
      code: 'GRID_WRONG_ZONE',
      message: expect.stringContaining('12 when asked for 13'),
    })
  })

  it('covers no other country', () => {
    expect(() => ukCarbonIntensity().zoneOf({ country: 'DE' })).toThrow(/covers DE.*covers GB/)
  })
})

describe('energy-charts', () => {
  it('takes the last that is known, and forecasts where it has one', async () => {
    const times = ['10:00', '10:15', '10:30', '10:45'].map(time => at(time) / 1000)
    answer(ENERGY_CHARTS, {
      unix_seconds: times,
      co2eq: [312.4, 310, null, null],
      co2eq_forecast: [320.1, 318, 316, null],
      deprecated: false,
    })
    expect(await fetchPoints(energyCharts(), { country: 'DE' })).toEqual([
      { fromMs: at('10:00'), toMs: at('10:15'), gramsPerKwh: 312.4 },
      { fromMs: at('10:15'), toMs: at('10:30'), gramsPerKwh: 310 },
      { fromMs: at('10:30'), toMs: at('10:45'), gramsPerKwh: 316, estimated: true },
    ])
    expect(Object.fromEntries(asked[0]!.searchParams)).toEqual({
      country: 'de',
      start: '2026-01-05T10:00Z',
      end: '2026-01-05T12:10Z',
    })
  })

  it('reads hours where a country has hours, and nothing where there is nothing', async () => {
    answer(
      ENERGY_CHARTS,
      { unix_seconds: [at('10:00') / 1000, at('11:00') / 1000], co2eq: [40, 41] },
      { unix_seconds: [], co2eq: [] },
    )
    const points = await fetchPoints(energyCharts(), { country: 'FR' })
    expect(points.map(({ toMs }) => toMs)).toEqual([at('11:00'), at('12:00')])
    expect(await fetchPoints(energyCharts(), { country: 'FR' })).toEqual([])
  })

  it('refuses lists that do not belong together, and places that are no country', async () => {
    answer(ENERGY_CHARTS, { unix_seconds: [1, 2], co2eq: [300] })
    await expect(fetchPoints(energyCharts(), { country: 'DE' })).rejects.toMatchObject({
      code: 'GRID_REPLY_INVALID',
    })
    expect(() => energyCharts().zoneOf({})).toThrow(/"gridZone"/)
  })
})

describe('rte-eco2mix', () => {
  it('reads quarter hours, newest first', async () => {
    answer(RTE, {
      total_count: 2,
      results: [
        { taux_co2: 21, date_heure: '2026-01-05T10:15:00+00:00' },
        { taux_co2: null, date_heure: '2026-01-05T11:00:00+01:00' },
        { taux_co2: 22, date_heure: '2026-01-05T11:00:00+01:00' },
      ],
    })
    expect(await fetchPoints(rteEco2mix(), { country: 'FR' })).toEqual([
      { fromMs: at('10:15'), toMs: at('10:30'), gramsPerKwh: 21 },
      { fromMs: at('10:00'), toMs: at('10:15'), gramsPerKwh: 22 },
    ])
    expect(asked[0]!.searchParams.get('where')).toBe('taux_co2 is not null')
  })

  const days = (text: string): Date => new Date(`2025-${text}Z`)
  const lookBack = (start: Date, end: Date) =>
    rteEco2mix().fetch('FR', start, end, new AbortController().signal)
  const TR_EXPORT = RTE.replace('records', 'exports/json')
  const CONS_EXPORT = TR_EXPORT.replace('national-tr', 'national-cons-def')

  it('reads earlier days as one list, in real time where that reaches back so far', async () => {
    answer(TR_EXPORT, [
      { taux_co2: 21, date_heure: '2025-11-05T00:00:00+00:00' },
      { taux_co2: null, date_heure: '2025-11-05T00:15:00+00:00' },
      { taux_co2: 23, date_heure: '2025-11-05T00:30:00+00:00' },
      { taux_co2: 24, date_heure: '2025-11-05T00:45:00+00:00' },
    ])
    const start = days('11-05T00:00').getTime()
    const quarter = 900_000
    expect(await lookBack(days('11-05T00:00'), days('11-05T01:00'))).toEqual([
      { fromMs: start, toMs: start + quarter, gramsPerKwh: 21 },
      { fromMs: start + 2 * quarter, toMs: start + 3 * quarter, gramsPerKwh: 23 },
      { fromMs: start + 3 * quarter, toMs: start + 4 * quarter, gramsPerKwh: 24 },
    ])
    expect(asked.map(({ pathname }) => pathname)).toEqual([new URL(TR_EXPORT).pathname])
    expect(asked[0]!.searchParams.get('where')).toBe(
      "taux_co2 is not null and date_heure >= date'2025-11-05T00:00:00.000Z' and date_heure < date'2025-11-05T01:00:00.000Z'",
    )
  })

  it('reads what lies before that from the consolidated figures, by half hour', async () => {
    answer(TR_EXPORT, [
      { taux_co2: 30, date_heure: '2025-03-02T00:00:00+00:00' },
      { taux_co2: 31, date_heure: '2025-03-02T00:15:00+00:00' },
    ])
    answer(CONS_EXPORT, [
      { taux_co2: 20, date_heure: '2025-03-01T23:00:00+00:00' },
      { taux_co2: 22, date_heure: '2025-03-01T23:30:00+00:00' },
      // The same instant in another clock.
      { taux_co2: 22, date_heure: '2025-03-02T00:30:00+01:00' },
    ])
    const points = await lookBack(days('03-01T23:00'), days('03-02T01:00'))
    expect(points.map(({ fromMs, toMs, gramsPerKwh }) => [(toMs - fromMs) / 60_000, gramsPerKwh])).toEqual([
      [30, 20],
      [30, 22],
      [15, 30],
      [15, 31],
    ])
    expect(asked[1]!.searchParams.get('where')).toContain("date_heure < date'2025-03-02T00:00:00.000Z'")
  })

  it('knows nothing of a time without rows', async () => {
    answer(TR_EXPORT, [])
    answer(CONS_EXPORT, [])
    expect(await lookBack(days('03-01T00:00'), days('03-02T00:00'))).toEqual([])
  })

  it('covers France alone', () => {
    expect(() => rteEco2mix().zoneOf({ country: 'BE' })).toThrow(/covers BE/)
    expect(() => rteEco2mix().zoneOf({ zone: 'Bretagne' })).toThrow(/"gridZone"/)
  })
})

describe('electricity-maps', () => {
  const env = { ELECTRICITYMAPS_TOKEN: 'a-token' }
  const hour = (start: string, carbonIntensity: number | null, isEstimated: boolean | null = false) => ({
    carbonIntensity,
    datetime: `2026-01-05T${start}:00.000Z`,
    updatedAt: '2026-01-05T12:41:00.000Z',
    createdAt: '2026-01-02T10:50:00.000Z',
    emissionFactorType: 'lifecycle',
    isEstimated,
    estimationMethod: isEstimated ? 'TIME_SLICER_AVERAGE' : null,
  })

  it('takes the last day, and the hour that is going on where that is missing', async () => {
    answer(`${EMAPS}/history`, { zone: 'DE', history: [hour('10:00', 300), hour('11:00', null)] })
    answer(`${EMAPS}/latest`, { zone: 'DE', ...hour('12:00', 302, true) })
    expect(await fetchPoints(electricityMaps(env), { country: 'DE' })).toEqual([
      { fromMs: at('10:00'), toMs: at('11:00'), gramsPerKwh: 300 },
      { fromMs: at('12:00'), toMs: at('13:00'), gramsPerKwh: 302, estimated: true },
    ])
    for (const { searchParams } of asked)
      expect(Object.fromEntries(searchParams)).toEqual({
        zone: 'DE',
        emissionFactorType: 'lifecycle',
        shouldUseFallbackCallerLookup: 'false',
      })
    expect(sent.map(headers => headers.get('auth-token'))).toEqual(['a-token', 'a-token'])
  })

  it('asks once where the last day reaches to now', async () => {
    answer(`${EMAPS}/history`, { zone: 'DE', history: [hour('12:00', 302)] })
    expect(await fetchPoints(electricityMaps(env), { zone: 'DE' })).toHaveLength(1)
  })

  it('takes no other zone for the one that was asked for', async () => {
    answer(`${EMAPS}/history`, { zone: 'FR', history: [hour('12:00', 20)] })
    await expect(fetchPoints(electricityMaps(env), { country: 'DE' })).rejects.toMatchObject({
      code: 'GRID_WRONG_ZONE',
      message: expect.stringContaining('FR when asked for DE'),
    })
  })

  it('asks for a data centre by its name', async () => {
    answer(`${EMAPS}/history`, { zone: 'SE-SE3', history: [hour('12:00', 20)] })
    await fetchPoints(electricityMaps(env), { country: 'SE', provider: 'aws', cloudRegion: 'eu-north-1' })
    expect(asked[0]!.searchParams.get('dataCenterProvider')).toBe('aws')
    expect(asked[0]!.searchParams.get('dataCenterRegion')).toBe('eu-north-1')
    expect(asked[0]!.searchParams.has('zone')).toBe(false)
  })

  it.each([
    ['a wrong key', 401, 'GRID_UNAUTHORISED'],
    ['too many requests', 429, 'GRID_BUSY'],
    ['an outage', 500, 'GRID_BUSY'],
    ['a page that is no JSON', '<html>', 'GRID_REPLY_INVALID'],
    ['another form', { zone: 'DE', history: {} }, 'GRID_REPLY_INVALID'],
  ])('says what is wrong: %s', async (_what, body, code) => {
    answer(`${EMAPS}/history`, body)
    const outcome = fetchPoints(electricityMaps(env), { country: 'DE' })
    await expect(outcome).rejects.toMatchObject({ code, message: expect.not.stringContaining('a-token') })
  })

  it('asks for ranges of ten days where more than the last day is wanted', async () => {
    answer(`${EMAPS}/past-range`, { zone: 'DE', data: [hour('10:00', 300), hour('11:00', null)] })
    const provider = electricityMaps(env)
    const points = await provider.fetch(
      'DE',
      new Date('2025-12-20T00:00Z'),
      new Date('2026-01-01T00:00Z'),
      new AbortController().signal,
    )
    expect(points).toHaveLength(2)
    expect(asked.map(({ searchParams }) => [searchParams.get('start'), searchParams.get('end')])).toEqual([
      ['2025-12-20T00:00:00.000Z', '2025-12-30T00:00:00.000Z'],
      ['2025-12-30T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
    ])
    expect(asked[0]!.searchParams.get('shouldUseFallbackCallerLookup')).toBe('false')
  })

  it('speaks version 3 as well, at each of its addresses, and no other', async () => {
    const V3 = EMAPS.replace('/v4/', '/v3/')
    const third = electricityMaps({ ...env, ELECTRICITYMAPS_VERSION: 'v3' })
    const { signal } = new AbortController()
    answer(`${V3}/history`, { zone: 'DE', history: [hour('10:00', 302)] })
    answer(`${V3}/latest`, { zone: 'DE', ...hour('12:00', 310) })
    answer(`${V3}/past-range`, { zone: 'DE', data: [hour('12:00', 320)] })
    answer(`${V3}/forecast`, { zone: 'DE', forecast: [hour('13:00', 330)] })
    const grams = (points: readonly GridPoint[]) => points.map(({ gramsPerKwh }) => gramsPerKwh)
    expect(grams(await third.fetch('DE', from, to, signal))).toEqual([302, 310])
    const days = [new Date('2026-01-01T00:00Z'), new Date('2026-01-02T00:00Z')] as const
    expect(grams(await third.fetch('DE', ...days, signal))).toEqual([320])
    expect(grams(await third.forecast!('DE', to, new Date('2026-01-06T12:00Z'), signal))).toEqual([330])
    expect(asked.map(({ pathname }) => pathname.split('/')[1])).toEqual(['v3', 'v3', 'v3', 'v3'])
    expect(() => electricityMaps({ ...env, ELECTRICITYMAPS_VERSION: '4' }).zoneOf({ zone: 'DE' })).toThrow(
      /"ELECTRICITYMAPS_VERSION" is "4"; accepted: v4 or v3/,
    )
  })

  it('needs a place', () => {
    expect(() => electricityMaps(env).zoneOf({})).toThrow(/"gridZone"/)
  })
})

describe('watttime', () => {
  const env = { WATTTIME_USERNAME: 'ada', WATTTIME_PASSWORD: 'secret' }
  const reply = (meta: object = {}) => ({
    data: [
      { point_time: '2026-01-05T10:00:00+00:00', value: 870.5, version: '2025-05-01' },
      { point_time: '2026-01-05T10:05:00+00:00', value: null },
    ],
    meta: {
      region: 'CAISO_NORTH',
      signal_type: 'co2_moer',
      units: 'lbs_co2_per_mwh',
      data_point_period_seconds: 300,
      model: { date: '2025-05-01' },
      ...meta,
    },
  })

  it('logs in once, and turns pounds a megawatt-hour into grams a kilowatt-hour', async () => {
    answer(`${WATTTIME}/login`, { token: 't' })
    answer(`${WATTTIME}/v3/historical`, reply())
    const provider = wattTime(env)
    const points = await fetchPoints(provider, { zone: 'caiso_north' })
    await fetchPoints(provider, { zone: 'CAISO_NORTH' })
    expect(points).toEqual([{ fromMs: at('10:00'), toMs: at('10:05'), gramsPerKwh: 870.5 * 0.45359237 }])
    expect(points[0]!.gramsPerKwh).toBeCloseTo(394.9, 1)
    expect(asked.map(({ pathname }) => pathname)).toEqual(['/login', '/v3/historical', '/v3/historical'])
    expect(sent[0]!.get('authorization')).toBe(`Basic ${Buffer.from('ada:secret').toString('base64')}`)
    expect(sent[1]!.get('authorization')).toBe('Bearer t')
    expect(provider.kind).toBe('marginal')
  })

  it.each([
    ['another region', { region: 'PJM_DC' }, 'GRID_WRONG_ZONE'],
    ['another signal', { signal_type: 'health_damage' }, 'GRID_REPLY_INVALID'],
    ['another unit', { units: 'dollars_per_mwh' }, 'GRID_REPLY_INVALID'],
  ])('takes no %s', async (_what, meta, code) => {
    answer(`${WATTTIME}/login`, { token: 't' })
    answer(`${WATTTIME}/v3/historical`, reply(meta))
    await expect(fetchPoints(wattTime(env), { zone: 'CAISO_NORTH' })).rejects.toMatchObject({ code })
  })

  it('logs in anew after its token was refused', async () => {
    answer(`${WATTTIME}/login`, { token: 't' })
    answer(`${WATTTIME}/v3/historical`, 401, reply())
    const provider = wattTime(env)
    await expect(fetchPoints(provider, { zone: 'CAISO_NORTH' })).rejects.toMatchObject({
      code: 'GRID_UNAUTHORISED',
    })
    expect(await fetchPoints(provider, { zone: 'CAISO_NORTH' })).toHaveLength(1)
    expect(asked.filter(({ pathname }) => pathname === '/login')).toHaveLength(2)
  })

  it('needs one of its own regions', () => {
    expect(() => wattTime(env).zoneOf({ country: 'US' })).toThrow(/"gridZone".*CAISO_NORTH/)
  })
})

describe('httpJsonGrid', () => {
  const options = {
    name: 'hall-7',
    url: 'http://meter.test/now?key=SECRET',
    path: 'grid.0.co2',
    unit: 'kg/MWh',
    zone: 'hall-7',
  } as const

  it.each([
    ['a number', { grid: [{ co2: 321 }] }],
    ['a number as text', { grid: [{ co2: '321' }] }],
  ])('finds %s at its path, for the quarter hour that is going on', async (_what, body) => {
    answer('http://meter.test/now', body)
    expect(await fetchPoints(httpJsonGrid(options), {})).toEqual([
      { fromMs: at('12:00'), toMs: at('12:15'), gramsPerKwh: 321 },
    ])
  })

  it.each([{ grid: [] }, { grid: [{ co2: null }] }, { grid: [{ co2: '' }] }, 'null', { grid: { co2: 1 } }])(
    'takes %j for no answer',
    async body => {
      answer('http://meter.test/now', body)
      await expect(fetchPoints(httpJsonGrid(options), {})).rejects.toMatchObject({
        code: 'GRID_REPLY_INVALID',
        message: expect.not.stringContaining('SECRET'),
      })
    },
  )

  it.each([
    [{ url: 'file:///etc/passwd' }, /"url"/],
    [{ url: 'meter' }, /"url"/],
    [{ unit: 'lbs' as 'lb/MWh' }, /"unit".*lb\/MWh/],
    [{ validMinutes: 0 }, /"validMinutes"/],
  ])('refuses %j at once', (change, message) => {
    expect(() => httpJsonGrid({ ...options, ...change })).toThrow(message)
  })
})
