import { OptionError } from '../../../errors.js'
import { zod } from '../../../lazy-zod.js'
import { GridError } from '../grid-error.js'
import type { GridPoint, GridProvider } from '../grid-provider.js'
import type { components } from '../openapi/electricity-maps.gen.js'
import { requestJson } from '../request-json.js'

type Schemas = components['schemas']

const BASE = 'https://api.electricitymaps.com/v4/carbon-intensity/'
const TOKEN = 'ELECTRICITYMAPS_TOKEN'
const HOUR_MS = 3_600_000

const hour = () => ({
  carbonIntensity: zod().number().nullable(),
  datetime: zod().string(),
  isEstimated: zod().boolean().nullish(),
})
const latestReply = () => zod().object({ zone: zod().string(), ...hour() })
const historyReply = () => zod().object({ zone: zod().string(), history: zod().array(zod().object(hour())) })

const pointsOf = (hours: readonly Schemas['Hour'][]): GridPoint[] =>
  hours.flatMap(({ carbonIntensity, datetime, isEstimated }) => {
    const fromMs = Date.parse(datetime)
    if (carbonIntensity === null) return []
    return [
      {
        fromMs,
        toMs: fromMs + HOUR_MS,
        gramsPerKwh: carbonIntensity,
        ...(isEstimated && { estimated: true }),
      },
    ]
  })

const SEPARATOR = ':'

const address = (path: string, zone: string): URL => {
  const [provider = '', region] = zone.split(SEPARATOR)
  const url = new URL(path, BASE)
  url.search = String(
    new URLSearchParams({
      ...(region === undefined ? { zone } : { dataCenterProvider: provider, dataCenterRegion: region }),
      emissionFactorType: 'lifecycle',
      // Without it an unknown zone is answered with that of the caller's address: of somewhere else, and a look-up
      // of the user that nobody asked for.
      shouldUseFallbackCallerLookup: 'false',
    }),
  )
  return url
}

/** A data centre's zone is the publisher's to say; a zone that was asked for by name must be the one that answers. */
const checkZone = (asked: string, answered: string): void => {
  if (asked.includes(SEPARATOR) || answered === asked) return
  throw new GridError(
    'GRID_WRONG_ZONE',
    `Electricity Maps answered for zone ${answered} when asked for ${asked}; set gridZone to one of its zones that the key may read.`,
  )
}

/**
 * Most of the world by hour: Electricity Maps, API version 4, with the key in ELECTRICITYMAPS_TOKEN. Life cycle,
 * flow-traced consumption. The free plan has one zone and is for non-commercial use.
 */
export const electricityMaps = (env: NodeJS.ProcessEnv = process.env): GridProvider => ({
  name: 'electricity-maps',
  source: 'Electricity Maps',
  basis: 'lifecycle',
  kind: 'average',
  keys: [TOKEN],
  zoneOf: ({ zone, provider, cloudRegion, country }) => {
    if (zone !== undefined) return zone.trim()
    if (provider && cloudRegion) return `${provider}${SEPARATOR}${cloudRegion}`
    if (country) return country
    throw new OptionError(
      'gridZone',
      zone,
      'a zone of Electricity Maps, e.g. "DE" or "US-CAL-CISO"; or set country or cloud',
    )
  },
  fetch: async (zone, _from, to, signal) => {
    const headers = { 'auth-token': env[TOKEN] ?? '' }
    const past = await requestJson<Schemas['HistoryReply']>(address('history', zone), {
      schema: historyReply,
      signal,
      headers,
    })
    checkZone(zone, past.zone)
    const points = pointsOf(past.history)
    if (points.some(({ toMs }) => toMs > to.getTime())) return points
    const latest = await requestJson<Schemas['LatestReply']>(address('latest', zone), {
      schema: latestReply,
      signal,
      headers,
    })
    checkZone(zone, latest.zone)
    return [...points, ...pointsOf([latest])]
  },
})
