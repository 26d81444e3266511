import { OptionError } from '../../../errors.js'
import { zod } from '../../../lazy-zod.js'
import { GridError } from '../grid-error.js'
import type { GridPoint, GridProvider } from '../grid-provider.js'
import { gramsPerKwhFrom } from '../intensity-units.js'
import type { components } from '../openapi/watttime.gen.js'
import { requestJson } from '../request-json.js'

type Schemas = components['schemas']

const BASE = 'https://api.watttime.org'
const USERNAME = 'WATTTIME_USERNAME'
const PASSWORD = 'WATTTIME_PASSWORD'
/** A token holds for half an hour. */
const TOKEN_MS = 25 * 60_000
const SIGNAL = 'co2_moer'
const UNITS = 'lbs_co2_per_mwh'

const loginReply = () => zod().object({ token: zod().string() })
const historicalReply = () => {
  const z = zod()
  return z.object({
    data: z.array(z.object({ point_time: z.string(), value: z.number().nullable() })),
    meta: z.object({
      region: z.string(),
      signal_type: z.string(),
      units: z.string(),
      data_point_period_seconds: z.number().positive(),
    }),
  })
}
/** Forecasts come at most so far, hours. */
const LONGEST_FORECAST = 72

const pointsOf = (region: string, { data, meta }: Schemas['HistoricalReply']): GridPoint[] => {
  if (meta.region !== region)
    throw new GridError(
      'GRID_WRONG_ZONE',
      `WattTime answered for ${meta.region} when asked for ${region}; check gridZone.`,
    )
  if (meta.signal_type !== SIGNAL || meta.units !== UNITS)
    throw new GridError(
      'GRID_REPLY_INVALID',
      `WattTime answered ${meta.signal_type} in ${meta.units} where ${SIGNAL} in ${UNITS} was asked for.`,
    )
  return data.flatMap(({ point_time, value }) => {
    const fromMs = Date.parse(point_time)
    if (value === null) return []
    return [
      {
        fromMs,
        toMs: fromMs + meta.data_point_period_seconds * 1000,
        gramsPerKwh: gramsPerKwhFrom(value, 'lb/MWh'),
      },
    ]
  })
}

/**
 * Marginal emissions of many grids by five minutes: WattTime, API version 3, with WATTTIME_USERNAME and
 * WATTTIME_PASSWORD. What one more kilowatt-hour causes: shown beside the footprint and in none of its totals.
 */
export const wattTime = (env: NodeJS.ProcessEnv = process.env): GridProvider => {
  let token: { readonly text: string; readonly untilMs: number } | undefined

  const login = async (signal: AbortSignal): Promise<string> => {
    if (token && token.untilMs > Date.now()) return token.text
    const credentials = Buffer.from(`${env[USERNAME] ?? ''}:${env[PASSWORD] ?? ''}`).toString('base64')
    const { token: text } = await requestJson<Schemas['LoginReply']>(new URL('/login', BASE), {
      schema: loginReply,
      signal,
      headers: { authorization: `Basic ${credentials}` },
    })
    token = { text, untilMs: Date.now() + TOKEN_MS }
    return text
  }

  const ask = async (
    path: string,
    zone: string,
    more: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<readonly GridPoint[]> => {
    const bearer = await login(signal)
    const url = new URL(path, BASE)
    url.search = String(new URLSearchParams({ region: zone, signal_type: SIGNAL, ...more }))
    try {
      const reply = await requestJson<Schemas['HistoricalReply']>(url, {
        schema: historicalReply,
        signal,
        headers: { authorization: `Bearer ${bearer}` },
      })
      return pointsOf(zone, reply)
    } catch (error) {
      // It may have ended early; the next round logs in anew.
      if (error instanceof GridError && error.code === 'GRID_UNAUTHORISED') token = undefined
      throw error
    }
  }

  return {
    name: 'watttime',
    source: 'WattTime',
    basis: 'direct',
    kind: 'marginal',
    keys: [USERNAME, PASSWORD],
    zoneOf: ({ zone }) => {
      if (zone !== undefined) return zone.trim().toUpperCase()
      throw new OptionError(
        'gridZone',
        zone,
        'a region of WattTime, e.g. "CAISO_NORTH": they follow no other list of places',
      )
    },
    fetch: (zone, from, to, signal) =>
      ask('/v3/historical', zone, { start: from.toISOString(), end: to.toISOString() }, signal),
    forecast: (zone, from, to, signal) => {
      const hours = Math.ceil((to.getTime() - from.getTime()) / 3_600_000)
      return ask('/v3/forecast', zone, { horizon_hours: String(Math.min(LONGEST_FORECAST, hours)) }, signal)
    },
  }
}
