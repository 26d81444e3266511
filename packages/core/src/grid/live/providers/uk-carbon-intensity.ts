import { OptionError } from '../../../errors.js'
import { zod } from '../../../lazy-zod.js'
import { GridError } from '../grid-error.js'
import type { GridPoint, GridProvider } from '../grid-provider.js'
import type { components } from '../openapi/uk-carbon-intensity.gen.js'
import { requestJson } from '../request-json.js'
import { utcMinute } from '../utc-minute.js'
import { coveringOnly } from './covering-only.js'

type Schemas = components['schemas']

const BASE = 'https://api.carbonintensity.org.uk'
const NATIONAL = 'GB'
const HALF_HOUR_MS = 1_800_000

const halfHours = () => {
  const z = zod()
  const figure = z.number().nullish()
  return z.array(
    z.object({ from: z.string(), to: z.string(), intensity: z.object({ forecast: figure, actual: figure }) }),
  )
}
const nationalReply = () => zod().object({ data: halfHours() })
const regionalReply = () =>
  zod().object({
    data: zod().object({ regionid: zod().number(), postcode: zod().string().optional(), data: halfHours() }),
  })

/** A half hour has an `actual` once it is over, and in regions never. */
const pointsOf = (hours: readonly Schemas['HalfHour'][]): GridPoint[] =>
  hours.flatMap(({ from, to, intensity: { actual, forecast } }) => {
    const gramsPerKwh = actual ?? forecast
    if (typeof gramsPerKwh !== 'number') return []
    const isActual = typeof actual === 'number'
    return [
      { fromMs: Date.parse(from), toMs: Date.parse(to), gramsPerKwh, ...(!isActual && { estimated: true }) },
    ]
  })

const zoneOf = (zone: string): string => {
  const text = zone.trim().toUpperCase()
  if (text === NATIONAL) return NATIONAL
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 17) return String(Number(text))
  // A full postcode tells more of its user than is needed: only the outward part goes out.
  const [outward = ''] = text.split(/\s/)
  if (/^[A-Z]{1,2}\d[A-Z\d]?$/.test(outward)) return outward
  throw new OptionError(
    'gridZone',
    zone,
    'for uk-carbon-intensity "GB", the number of a region from 1 to 17 or the outward part of a postcode, e.g. "EC1A"',
  )
}

const halfHoursOf = async (zone: string, span: string, signal: AbortSignal): Promise<GridPoint[]> => {
  if (zone === NATIONAL) {
    const { data } = await requestJson<Schemas['NationalReply']>(new URL(`/intensity/${span}`, BASE), {
      schema: nationalReply,
      signal,
    })
    return pointsOf(data)
  }
  const region = /^\d+$/.test(zone) ? `regionid/${zone}` : `postcode/${zone}`
  const { data } = await requestJson<Schemas['RegionalReply']>(
    new URL(`/regional/intensity/${span}/${region}`, BASE),
    { schema: regionalReply, signal },
  )
  const answered = /^\d+$/.test(zone) ? String(data.regionid) : (data.postcode ?? zone).toUpperCase()
  if (answered !== zone)
    throw new GridError(
      'GRID_WRONG_ZONE',
      `The Carbon Intensity API answered for ${answered} when asked for ${zone}; check gridZone.`,
    )
  return pointsOf(data.data)
}

/**
 * Great Britain by half hour, nationally or by region, without a key: the Carbon Intensity API of NESO (CC BY 4.0).
 * Direct emissions of consumption: with imports and losses. Regions are forecasts only.
 */
export const ukCarbonIntensity = (): GridProvider => ({
  name: 'uk-carbon-intensity',
  source: 'NESO Carbon Intensity API',
  basis: 'direct',
  kind: 'average',
  zoneOf: place => {
    coveringOnly('uk-carbon-intensity', place, ['GB'])
    return zoneOf(place.zone ?? NATIONAL)
  },
  // The half hour that is going on ends ahead.
  fetch: (zone, from, to, signal) =>
    halfHoursOf(zone, `${utcMinute(from)}/${utcMinute(new Date(to.getTime() + HALF_HOUR_MS))}`, signal),
  forecast: (zone, from, _to, signal) => halfHoursOf(zone, `${utcMinute(from)}/fw48h`, signal),
})
