// Every endpoint that is asked, against everything that can go wrong with an answer.
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { GridPoint, GridProvider } from '../grid-provider.js'
import { electricityMaps } from './electricity-maps.js'
import { energyCharts } from './energy-charts.js'
import { httpJsonGrid } from './http-json.js'
import { rteEco2mix } from './rte-eco2mix.js'
import { ukCarbonIntensity } from './uk-carbon-intensity.js'
import { wattTime } from './watttime.js'

const server = setupServer()
const now = new Date('2026-01-05T12:10:00Z')
const before = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000)
const signal = new AbortController().signal

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now })
})
afterEach(() => {
  server.resetHandlers()
  vi.useRealTimers()
  vi.restoreAllMocks()
})
afterAll(() => server.close())

interface Endpoint {
  readonly name: string
  readonly url: string
  /** An answer with one figure and, where the form has such, one that is null. */
  readonly good: object
  /** The same in which no figure is known yet. */
  readonly empty: object
  readonly ask: () => Promise<readonly GridPoint[]>
}

const look = (provider: GridProvider, zone: string) => () => provider.fetch(zone, before(2), now, signal)
const ahead = (provider: GridProvider, zone: string) => () =>
  provider.forecast!(zone, now, new Date(now.getTime() + 48 * 3_600_000), signal)

const halfHour = (actual: number | null, forecast: number | null) => ({
  from: '2026-01-05T12:00Z',
  to: '2026-01-05T12:30Z',
  intensity: { forecast, actual, index: 'moderate' },
})
const uk = {
  good: { data: [halfHour(null, 190), halfHour(null, null)] },
  empty: { data: [halfHour(null, null)] },
}
const ukRegion = {
  good: { data: { regionid: 13, data: uk.good.data } },
  empty: { data: { regionid: 13, data: uk.empty.data } },
}
const seconds = [now.getTime() / 1000, now.getTime() / 1000 + 900]
const hour = (carbonIntensity: number | null, datetime = '2026-01-05T12:00:00.000Z') => ({
  carbonIntensity,
  datetime,
})
const token = { ELECTRICITYMAPS_TOKEN: 'a-token' }
const watttime = (value: number | null) => ({
  data: [
    { point_time: '2026-01-05T12:00:00+00:00', value },
    { point_time: '2026-01-05T12:05:00+00:00', value: null },
  ],
  meta: {
    region: 'CAISO_NORTH',
    signal_type: 'co2_moer',
    units: 'lbs_co2_per_mwh',
    data_point_period_seconds: 300,
  },
})
const account = { WATTTIME_USERNAME: 'ada', WATTTIME_PASSWORD: 'a-secret' }
const EMAPS = 'https://api.electricitymaps.com/v4/carbon-intensity'

const ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'UK, the past',
    url: 'https://api.carbonintensity.org.uk/intensity/*',
    ...uk,
    ask: look(ukCarbonIntensity(), 'GB'),
  },
  {
    name: 'UK, the past of a region',
    url: 'https://api.carbonintensity.org.uk/regional/intensity/*',
    ...ukRegion,
    ask: look(ukCarbonIntensity(), '13'),
  },
  {
    name: 'UK, the forecast',
    url: 'https://api.carbonintensity.org.uk/intensity/2026-01-05T12:10Z/fw48h',
    ...uk,
    ask: ahead(ukCarbonIntensity(), 'GB'),
  },
  {
    name: 'UK, the forecast of a region',
    url: 'https://api.carbonintensity.org.uk/regional/intensity/2026-01-05T12:10Z/fw48h/regionid/13',
    ...ukRegion,
    ask: ahead(ukCarbonIntensity(), '13'),
  },
  {
    name: 'Energy-Charts, the past',
    url: 'https://api.energy-charts.info/co2eq',
    good: { unix_seconds: seconds, co2eq: [312.4, null] },
    empty: { unix_seconds: seconds, co2eq: [null, null] },
    ask: look(energyCharts(), 'DE'),
  },
  {
    name: 'Energy-Charts, the forecast',
    url: 'https://api.energy-charts.info/co2eq_forecast',
    good: { unix_seconds: seconds, co2eq_forecast: [312.4, null] },
    empty: { unix_seconds: seconds, co2eq_forecast: [null, null] },
    ask: ahead(energyCharts(), 'DE'),
  },
  {
    name: 'RTE, the past',
    url: 'https://odre.opendatasoft.com/api/explore/v2.1/catalog/datasets/eco2mix-national-tr/records',
    good: {
      results: [
        { taux_co2: 21, date_heure: '2026-01-05T12:00:00+00:00' },
        { taux_co2: null, date_heure: '2026-01-05T12:15:00+00:00' },
      ],
    },
    empty: { results: [{ taux_co2: null, date_heure: '2026-01-05T12:15:00+00:00' }] },
    ask: look(rteEco2mix(), 'FR'),
  },
  {
    name: 'RTE, earlier days',
    // Of both data sets: where the first one has nothing, the other is asked.
    url: 'https://odre.opendatasoft.com/api/explore/v2.1/catalog/datasets/*/exports/json',
    good: [
      { taux_co2: 21, date_heure: '2026-01-01T12:00:00+00:00' },
      { taux_co2: null, date_heure: '2026-01-01T12:15:00+00:00' },
    ],
    empty: [{ taux_co2: null, date_heure: '2026-01-01T12:00:00+00:00' }],
    ask: () => rteEco2mix().fetch('FR', new Date('2026-01-01T12:00Z'), new Date('2026-01-01T13:00Z'), signal),
  },
  {
    name: 'Electricity Maps, the last day',
    url: `${EMAPS}/history`,
    good: { zone: 'DE', history: [hour(302), hour(null)] },
    empty: { zone: 'DE', history: [hour(null)] },
    ask: look(electricityMaps(token), 'DE'),
  },
  {
    name: 'Electricity Maps, a range of the past',
    url: `${EMAPS}/past-range`,
    good: { zone: 'DE', data: [hour(302), hour(null)] },
    empty: { zone: 'DE', data: [hour(null)] },
    ask: () => electricityMaps(token).fetch('DE', before(72), before(48), signal),
  },
  {
    name: 'Electricity Maps, the forecast',
    url: `${EMAPS}/forecast`,
    good: { zone: 'DE', forecast: [hour(302), hour(null)], updatedAt: '2026-01-05T12:00:00.000Z' },
    empty: { zone: 'DE', forecast: [hour(null)] },
    ask: ahead(electricityMaps(token), 'DE'),
  },
  {
    name: 'WattTime, the past',
    url: 'https://api.watttime.org/v3/historical',
    good: watttime(870.5),
    empty: watttime(null),
    ask: () => look(wattTime(account), 'CAISO_NORTH')(),
  },
  {
    name: 'WattTime, the forecast',
    url: 'https://api.watttime.org/v3/forecast',
    good: watttime(870.5),
    empty: watttime(null),
    ask: () => ahead(wattTime(account), 'CAISO_NORTH')(),
  },
  {
    name: 'any JSON over HTTP',
    url: 'http://meter.test/now',
    good: { co2: 300 },
    empty: {},
    ask: look(
      httpJsonGrid({ name: 'm', url: 'http://meter.test/now', path: 'co2', unit: 'g/kWh', zone: 'm' }),
      'm',
    ),
  },
]

type Reply = () => Response

/** Answers in this order, the last one again and again. How often it was asked is counted. */
const answering = (url: string, ...replies: readonly Reply[]): (() => number) => {
  let asked = 0
  server.use(
    http.get('https://api.electricitymaps.com/v4/carbon-intensity/latest', () =>
      HttpResponse.json({ zone: 'DE', ...hour(null) }),
    ),
    http.get('https://api.watttime.org/login', () => HttpResponse.json({ token: 't' })),
    http.get(url, () => replies[Math.min(asked++, replies.length - 1)]!()),
  )
  return () => asked
}
const json =
  (body: object): Reply =>
  () =>
    HttpResponse.json(body)
const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Reply =>
  () =>
    new HttpResponse('', { status: code, headers })
/** No secret and no query, which may hold one, in any message. */
const quiet = { message: expect.not.stringMatching(/a-token|a-secret|\?/) }

describe.each(ENDPOINTS)('$name', ({ url, good, empty, ask }) => {
  it('gives the figures that are known', async () => {
    answering(url, json(good))
    const points = await ask()
    expect(points).toHaveLength(1)
    expect(points[0]!.gramsPerKwh).toBeGreaterThan(0)
    expect(points[0]!.toMs).toBeGreaterThan(points[0]!.fromMs)
  })

  it('takes null for unknown, and never for 0', async () => {
    answering(url, json(empty))
    const points = await ask().catch(error => error)
    if (Array.isArray(points)) expect(points).toEqual([])
    else expect(points).toMatchObject({ code: 'GRID_REPLY_INVALID', ...quiet })
  })

  it('does not insist where its key is refused', async () => {
    const asked = answering(url, status(401))
    await expect(ask()).rejects.toMatchObject({ code: 'GRID_UNAUTHORISED', ...quiet })
    expect(asked()).toBe(1)
  })

  it('waits as told after too many requests, and asks again', async () => {
    const asked = answering(url, status(429, { 'retry-after': '0' }), json(good))
    expect(await ask()).toHaveLength(1)
    expect(asked()).toBe(2)
  })

  it('leaves it alone until later where it is told to wait for long', async () => {
    const asked = answering(url, status(429, { 'retry-after': '3600' }))
    await expect(ask()).rejects.toMatchObject({ code: 'GRID_BUSY', retryAfterMs: 3_600_000, ...quiet })
    expect(asked()).toBe(1)
  })

  it('gives up an outage after three attempts', async () => {
    const asked = answering(url, status(500, { 'retry-after': '0' }))
    await expect(ask()).rejects.toMatchObject({ code: 'GRID_BUSY', ...quiet })
    expect(asked()).toBe(3)
  })

  it.each([
    ['what is no JSON', () => new HttpResponse('<html>')],
    ['half a document', () => new HttpResponse('{"zone":')],
    ['another form', () => HttpResponse.json([{ unrelated: true }])],
  ])('refuses %s', async (_what, reply) => {
    answering(url, reply)
    await expect(ask()).rejects.toMatchObject({ code: 'GRID_REPLY_INVALID', ...quiet })
  })

  it('does not wait for an answer that does not come', async () => {
    const timeout = AbortSignal.timeout.bind(AbortSignal)
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(40))
    server.use(
      http.get('https://api.watttime.org/login', () => HttpResponse.json({ token: 't' })),
      http.get(url, () => new Promise<Response>(() => {})),
    )
    await expect(ask()).rejects.toMatchObject({ code: 'GRID_TIMEOUT', ...quiet })
  })

  it('says so where the network is down', async () => {
    answering(url, () => HttpResponse.error())
    await expect(ask()).rejects.toMatchObject({ code: 'GRID_UNREACHABLE', ...quiet })
  })
})

describe.each([
  [`${EMAPS}/history`, { zone: 'FR', history: [hour(20)] }, look(electricityMaps(token), 'DE')],
  [`${EMAPS}/forecast`, { zone: 'FR', forecast: [hour(20)] }, ahead(electricityMaps(token), 'DE')],
  [
    `${EMAPS}/past-range`,
    { zone: 'FR', data: [hour(20)] },
    () => electricityMaps(token).fetch('DE', before(72), before(48), signal),
  ],
  [
    'https://api.watttime.org/v3/forecast',
    { ...watttime(1), meta: { ...watttime(1).meta, region: 'PJM_DC' } },
    ahead(wattTime(account), 'CAISO_NORTH'),
  ],
  [
    'https://api.carbonintensity.org.uk/regional/intensity/*',
    { data: { ...ukRegion.good.data, regionid: 12 } },
    ahead(ukCarbonIntensity(), '13'),
  ],
])('%s', (url, body, ask) => {
  it('takes no other zone for the one that was asked for', async () => {
    answering(url, json(body))
    await expect(ask()).rejects.toMatchObject({ code: 'GRID_WRONG_ZONE' })
  })
})
