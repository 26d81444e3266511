import type { ZodType } from 'zod'
import { OptionError } from '../../../errors.js'
import { zod } from '../../../lazy-zod.js'
import { GridError } from '../grid-error.js'
import type { GridPoint, GridProvider } from '../grid-provider.js'
import type { components } from '../openapi/electricity-maps.gen.js'
import { requestJson } from '../request-json.js'

type Schemas = components['schemas']

const HOST = 'https://api.electricitymaps.com'
/** The interface's version. Version 3 answers the same for what is asked here and is on its way out. */
const VERSION = 'ELECTRICITYMAPS_VERSION'
const VERSIONS = ['v4', 'v3']
const TOKEN = 'ELECTRICITYMAPS_TOKEN'
const HOUR_MS = 3_600_000
/** `history` reaches back so far, and one answer of `past-range` spans so much. */
const HISTORY_MS = 24 * HOUR_MS
const RANGE_MS = 240 * HOUR_MS
/** Horizons that may be asked for, hours. */
const HORIZONS = [6, 24, 48, 72]

const hour = () => ({
  carbonIntensity: zod().number().nullable(),
  datetime: zod().string(),
  isEstimated: zod().boolean().nullish(),
})
const latestReply = () => zod().object({ zone: zod().string(), ...hour() })
const historyReply = () => zod().object({ zone: zod().string(), history: zod().array(zod().object(hour())) })

const rangeReply = () => zod().object({ zone: zod().string(), data: zod().array(zod().object(hour())) })
const forecastReply = () =>
  zod().object({ zone: zod().string(), forecast: zod().array(zod().object(hour())) })

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

const address = (
  base: string,
  path: string,
  zone: string,
  more: Readonly<Record<string, string>> = {},
): URL => {
  const [provider = '', region] = zone.split(SEPARATOR)
  const url = new URL(path, base)
  url.search = String(
    new URLSearchParams({
      ...more,
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
export const electricityMaps = (env: NodeJS.ProcessEnv = process.env): GridProvider => {
  const { [VERSION]: version = 'v4' } = env
  const base = `${HOST}/${version}/carbon-intensity/`
  const ask = <T extends { readonly zone: string }>(
    path: string,
    zone: string,
    schema: () => ZodType<T>,
    signal: AbortSignal,
    more?: Readonly<Record<string, string>>,
  ): Promise<T> =>
    requestJson<T>(address(base, path, zone, more), {
      schema,
      signal,
      headers: { 'auth-token': env[TOKEN] ?? '' },
    }).then(reply => {
      checkZone(zone, reply.zone)
      return reply
    })

  return {
    name: 'electricity-maps',
    source: 'Electricity Maps',
    basis: 'lifecycle',
    kind: 'average',
    keys: [TOKEN],
    zoneOf: ({ zone, provider, cloudRegion, country }) => {
      if (!VERSIONS.includes(version)) throw new OptionError(VERSION, version, VERSIONS.join(' or '))
      if (zone !== undefined) return zone.trim()
      if (provider && cloudRegion) return `${provider}${SEPARATOR}${cloudRegion}`
      if (country) return country
      throw new OptionError(
        'gridZone',
        zone,
        'a zone of Electricity Maps, e.g. "DE" or "US-CAL-CISO"; or set country or cloud',
      )
    },
    fetch: async (zone, from, to, signal) => {
      // A run that follows the grid asks for a day at most; only who looks further back needs a plan that may.
      if (from.getTime() < Date.now() - HISTORY_MS - HOUR_MS) {
        const points: GridPoint[] = []
        for (let start = from.getTime(); start < to.getTime(); start += RANGE_MS) {
          const end = new Date(Math.min(to.getTime(), start + RANGE_MS))
          const more = {
            start: new Date(start).toISOString(),
            end: end.toISOString(),
            temporalGranularity: 'hourly',
          }
          const reply = await ask<Schemas['PastRangeReply']>('past-range', zone, rangeReply, signal, more)
          points.push(...pointsOf(reply.data))
        }
        return points
      }
      const { history } = await ask<Schemas['HistoryReply']>('history', zone, historyReply, signal)
      const points = pointsOf(history)
      if (points.some(({ toMs }) => toMs > to.getTime())) return points
      const latest = await ask<Schemas['LatestReply']>('latest', zone, latestReply, signal)
      return [...points, ...pointsOf([latest])]
    },
    forecast: async (zone, from, to, signal) => {
      const hours = (to.getTime() - from.getTime()) / HOUR_MS
      const horizonHours = String(HORIZONS.find(horizon => horizon >= hours) ?? HORIZONS.at(-1))
      const { forecast } = await ask<Schemas['ForecastReply']>('forecast', zone, forecastReply, signal, {
        horizonHours,
      })
      return pointsOf(forecast)
    },
  }
}
