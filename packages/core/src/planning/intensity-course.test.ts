import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { timeSeriesGrid } from '../grid/live/providers/time-series-file.js'
import { bestStart } from './best-start.js'
import { readForecast, readPast } from './intensity-course.js'

const server = setupServer()
const now = new Date('2026-01-05T12:10:00Z')
const env = {}

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => {
  server.resetHandlers()
  vi.useRealTimers()
})
afterAll(() => server.close())

const half = (from: string, to: string, forecast: number) => ({
  from: `2026-01-05T${from}Z`,
  to: `2026-01-05T${to}Z`,
  intensity: { forecast, actual: null },
})
const hours = (...values: readonly (number | null)[]) =>
  values.map((carbonIntensity, index) => ({
    carbonIntensity,
    datetime: `2026-01-05T${13 + index}:00:00.000Z`,
  }))
const EMAPS = 'https://api.electricitymaps.com/v4/carbon-intensity'

describe('readForecast', () => {
  it.each([{ gridZone: 'GB' }, { country: 'GB' }])('asks Great Britain of its own, for %j', async options => {
    server.use(
      http.get('https://api.carbonintensity.org.uk/intensity/2026-01-05T12:10Z/fw48h', () =>
        HttpResponse.json({ data: [half('12:00', '12:30', 200), half('12:30', '13:00', 90)] }),
      ),
    )
    const course = await readForecast(options, { now, env })
    expect(course).toMatchObject({ zone: 'GB', basis: 'direct', kind: 'average' })
    expect(bestStart({ course, hours: 0.5, now }).best.start).toBe('2026-01-05T12:30:00.000Z')
  })

  it('asks Electricity Maps where its key is set, and knows the hour that is going on', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now })
    const zones: (string | null)[] = []
    server.use(
      http.get(`${EMAPS}/forecast`, ({ request }) => {
        zones.push(new URL(request.url).searchParams.get('horizonHours'))
        return HttpResponse.json({ zone: 'DE', forecast: hours(300, 200) })
      }),
      http.get(`${EMAPS}/history`, () =>
        HttpResponse.json({
          zone: 'DE',
          history: [{ carbonIntensity: 400, datetime: '2026-01-05T12:00:00.000Z' }],
        }),
      ),
    )
    const course = await readForecast({ gridZone: 'DE' }, { now, env: { ELECTRICITYMAPS_TOKEN: 'k' } })
    expect(course.points.map(({ gramsPerKwh }) => gramsPerKwh)).toEqual([400, 300, 200])
    expect(zones).toEqual(['72'])
  })

  it('asks Energy-Charts for a country otherwise', async () => {
    const times = ['12:00', '12:15'].map(time => Date.parse(`2026-01-05T${time}:00Z`) / 1000)
    server.use(
      http.get('https://api.energy-charts.info/co2eq_forecast', () =>
        HttpResponse.json({ unix_seconds: times, co2eq_forecast: [320, 310] }),
      ),
    )
    const course = await readForecast({ gridZone: 'DE' }, { now, env })
    expect(course.points).toHaveLength(2)
    expect(course.source).toContain('Energy-Charts')
  })

  it('says whom to name where nothing tells', async () => {
    await expect(readForecast({ gridZone: 'US-CAL-CISO' }, { now, env })).rejects.toThrow(
      /"grid" is undefined; accepted: "uk-carbon-intensity".*US-CAL-CISO/,
    )
    await expect(readForecast({}, { now, env })).rejects.toThrow(/give gridZone or country/)
  })

  it('refuses a provider that knows the past only', async () => {
    await expect(readForecast({ grid: 'rte-eco2mix', country: 'FR' }, { now, env })).rejects.toThrow(
      /a provider with a forecast/,
    )
  })

  it('asks nobody offline', async () => {
    await expect(readForecast({ gridZone: 'GB' }, { now, env: { EPOCHWATT_OFFLINE: '1' } })).rejects.toThrow(
      /offline/,
    )
  })

  it('reads a file, offline as well', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'epochwatt-course-'))
    const path = join(dir, 'plan.csv')
    writeFileSync(path, 'datetime,intensity\n2026-01-05T12:00Z,300\n2026-01-05T13:00Z,100\n')
    const grid = timeSeriesGrid({ path, unit: 'g/kWh', zone: 'hall' })
    const course = await readForecast({ grid, offline: true }, { now, env })
    expect(course).toMatchObject({ zone: 'hall', source: 'plan.csv' })
    expect(course.points).toHaveLength(2)
    rmSync(dir, { recursive: true })
  })
})

describe('readPast', () => {
  it('asks for the time that is wanted', async () => {
    server.use(
      http.get('https://api.carbonintensity.org.uk/intensity/2025-12-01T00:00Z/2025-12-01T02:30Z', () =>
        HttpResponse.json({
          data: [{ ...half('00:00', '00:30', 90), intensity: { forecast: 90, actual: 80 } }],
        }),
      ),
    )
    const course = await readPast(
      { gridZone: 'GB' },
      new Date('2025-12-01T00:00Z'),
      new Date('2025-12-01T02:00Z'),
      { env },
    )
    expect(course.points).toHaveLength(1)
    expect(course.points[0]!.gramsPerKwh).toBe(80)
  })
})

describe('a process that does nothing else', () => {
  it('waits for the answer to a second attempt', async () => {
    let asked = 0
    const busy = createServer((_request, response) => {
      response.writeHead(asked++ === 0 ? 503 : 200, { connection: 'close' }).end('{"g":70}')
    })
    busy.listen(0, '127.0.0.1')
    await once(busy, 'listening')
    const url = `http://127.0.0.1:${(busy.address() as AddressInfo).port}/now`
    const dist = new URL('../../dist/', import.meta.url).href
    const script = `
      import { httpJsonGrid } from '${dist}index.js'
      import { readPast } from '${dist}planning/index.js'
      const grid = httpJsonGrid({ name: 'gateway', url: '${url}', path: 'g', unit: 'g/kWh', zone: 'FR' })
      const course = await readPast({ grid, offline: false }, new Date(Date.now() - 60_000), new Date())
      console.log(course.points[0].gramsPerKwh)`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script])
    let out = ''
    child.stdout.on('data', data => {
      out += data
    })
    const [code] = await once(child, 'close')
    busy.close()
    expect({ code, out }).toEqual({ code: 0, out: '70\n' })
    expect(asked).toBe(2)
  })
})
