import type { GridBasis, GridKind } from '../grid/grid-intensity.js'
import type { GridPoint, GridProvider } from '../grid/live/grid-provider.js'
import type { TrackingOptions } from '../options/definitions.js'
import { whileAwake } from './while-awake.js'

const HOUR_MS = 3_600_000
/** No publisher looks further ahead. */
const AHEAD_MS = 96 * HOUR_MS
/** A publisher's word on the stretch that is going on may be this old. */
const BEHIND_MS = 2 * HOUR_MS

/** The intensity of one grid over time, as its publisher counts it. */
export interface IntensityCourse {
  readonly zone: string
  readonly source: string
  readonly basis: GridBasis
  readonly kind: GridKind
  /** In order of time. */
  readonly points: readonly GridPoint[]
}

/** Where the course is to be of, and whom to ask: options of a run, with their variables and config file. */
export type CourseOptions = Pick<
  TrackingOptions,
  'grid' | 'gridZone' | 'country' | 'region' | 'cloud' | 'offline'
>

/** Time and environment of a question; those of the process by default. */
export interface CourseSurroundings {
  readonly now?: Date
  readonly env?: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
}

/** Loaded when somebody asks: estimates and rankings need neither providers nor files, and run in pages too. */
const asking = () => import('./ask-provider.js')

const courseOf = (
  { source, basis, kind }: GridProvider,
  zone: string,
  points: readonly GridPoint[],
): IntensityCourse => ({ zone, source, basis, kind, points })

const never = (): AbortSignal => new AbortController().signal

/**
 * What a publisher expects of a grid in the days ahead. Asks it: the network is used, unless it is a file.
 *
 * Without `grid` the provider is chosen by zone: Great Britain's own, Electricity Maps where its key is set, else
 * Energy-Charts for a country's two letters.
 *
 * @throws OptionError for a place that nobody covers, or a provider that looks back only; GridError where it gives no
 * usable answer, or with `offline`.
 *
 * @example
 * ```ts
 * const course = await readForecast({ gridZone: 'GB' })
 * bestStart({ course, hours: 3 }).best.start
 * ```
 */
export const readForecast = async (
  options: CourseOptions = {},
  { now = new Date(), env = process.env, signal = never() }: CourseSurroundings = {},
): Promise<IntensityCourse> => {
  const { providerOf, forecasting, checkedPoints } = await asking()
  const { provider, zone } = await providerOf(options, env, candidate => candidate.forecast !== undefined)
  const forecast = forecasting(provider)
  const ahead = await whileAwake(forecast(zone, now, new Date(now.getTime() + AHEAD_MS), signal))
  const isCovered = (at: number): boolean => ahead.some(({ fromMs, toMs }) => fromMs <= at && at < toMs)
  // Some forecasts begin with the next hour: the one that is going on is known from the past's side.
  const going =
    isCovered(now.getTime()) || provider.isLocal
      ? []
      : await whileAwake(provider.fetch(zone, new Date(now.getTime() - BEHIND_MS), now, signal)).catch(
          () => [],
        )
  const first = Math.min(...ahead.map(({ fromMs }) => fromMs))
  const before = going.filter(({ fromMs, toMs }) => toMs > now.getTime() && fromMs < first)
  return courseOf(provider, zone, checkedPoints(provider, [...before, ...ahead]))
}

/**
 * What a publisher says a grid was from one instant to another. Asks it: the network is used, unless it is a file.
 *
 * @throws as `readForecast`.
 *
 * @example
 * ```ts
 * const course = await readPast({ gridZone: 'GB' }, new Date(Date.now() - 7 * 86_400_000), new Date())
 * ```
 */
export const readPast = async (
  options: CourseOptions,
  from: Date,
  to: Date,
  { env = process.env, signal = never() }: CourseSurroundings = {},
): Promise<IntensityCourse> => {
  const { providerOf, checkedPoints } = await asking()
  const { provider, zone } = await providerOf(options, env, candidate => candidate.kind === 'average')
  return courseOf(
    provider,
    zone,
    checkedPoints(provider, await whileAwake(provider.fetch(zone, from, to, signal))),
  )
}
