import { OptionError } from '../../../errors.js'
import { zod } from '../../../lazy-zod.js'
import { GridError } from '../grid-error.js'
import type { GridPoint, GridProvider } from '../grid-provider.js'
import type { components } from '../openapi/energy-charts.gen.js'
import { requestJson } from '../request-json.js'
import { utcMinute } from '../utc-minute.js'

type Reply = components['schemas']['Co2eqReply']
type Forecast = components['schemas']['ForecastReply']

const QUARTER_HOUR_S = 900

const reply = () => {
  const z = zod()
  const figures = z.array(z.number().nullable())
  return z.object({ unix_seconds: z.array(z.number()), co2eq: figures, co2eq_forecast: figures.optional() })
}
const forecastReply = () => {
  const z = zod()
  return z.object({ unix_seconds: z.array(z.number()), co2eq_forecast: z.array(z.number().nullable()) })
}

type Figures = readonly (number | null)[]

/** Not filled in yet means null, at the end of the list and sometimes inside it; the forecast may know. */
const pointsOf = (times: readonly number[], co2eq: Figures, forecast: Figures | undefined): GridPoint[] => {
  if ((co2eq.length > 0 ? co2eq : (forecast ?? [])).length !== times.length)
    throw new GridError(
      'GRID_REPLY_INVALID',
      'api.energy-charts.info answered lists of different lengths; a run asks again by itself, else try later.',
    )
  // The grid is of quarter hours or of hours, by country.
  const step = times.length > 1 ? times[1]! - times[0]! : QUARTER_HOUR_S
  return times.flatMap((time, index) => {
    const known = co2eq[index]
    const gramsPerKwh = known ?? forecast?.[index]
    if (typeof gramsPerKwh !== 'number') return []
    const isKnown = typeof known === 'number'
    return [
      { fromMs: time * 1000, toMs: (time + step) * 1000, gramsPerKwh, ...(!isKnown && { estimated: true }) },
    ]
  })
}

/**
 * European countries by quarter hour, without a key: Energy-Charts of Fraunhofer ISE (CC BY 4.0). CO2 equivalents of
 * the power produced in the country; whether they count the life cycle is not stated, so the basis is unknown.
 */
export const energyCharts = (): GridProvider => ({
  name: 'energy-charts',
  source: 'Energy-Charts, Fraunhofer ISE',
  basis: 'unknown',
  kind: 'average',
  zoneOf: ({ country, zone }) => {
    const text = zone ?? country
    if (text !== undefined && /^[A-Za-z]{2}$/.test(text)) return text.toUpperCase()
    throw new OptionError(
      'gridZone',
      zone,
      'for energy-charts the two letters of a European country, or the option "country"',
    )
  },
  fetch: async (zone, from, to, signal) => {
    const url = new URL('https://api.energy-charts.info/co2eq')
    url.search = String(
      new URLSearchParams({ country: zone.toLowerCase(), start: utcMinute(from), end: utcMinute(to) }),
    )
    const { unix_seconds, co2eq, co2eq_forecast } = await requestJson<Reply>(url, { schema: reply, signal })
    return pointsOf(unix_seconds, co2eq, co2eq_forecast)
  },
  forecast: async (zone, _from, _to, signal) => {
    const url = new URL('https://api.energy-charts.info/co2eq_forecast')
    url.search = String(new URLSearchParams({ country: zone.toLowerCase() }))
    const { unix_seconds, co2eq_forecast } = await requestJson<Forecast>(url, {
      schema: forecastReply,
      signal,
    })
    return pointsOf(unix_seconds, [], co2eq_forecast)
  },
})
