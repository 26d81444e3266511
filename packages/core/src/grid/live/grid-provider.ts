import type { GridBasis, GridKind } from '../grid-intensity.js'
import type { Location } from '../location.js'

/** Where the machine is, and the zone in the publisher's own list where the user named one (`gridZone`). */
export interface GridPlace extends Partial<Omit<Location, 'how'>> {
  readonly zone?: string
}

/** The intensity that was published for a stretch of time. Times are milliseconds since 1970, UTC. */
export interface GridPoint {
  readonly fromMs: number
  readonly toMs: number
  /** gCO2e/kWh. */
  readonly gramsPerKwh: number
  /** The publisher's estimate or forecast. */
  readonly estimated?: boolean
}

/**
 * A publisher of the course of a grid's intensity. One publisher counts one way: basis and kind hold for all of its
 * points. Nothing is asked of it unless the option `grid` names it.
 *
 * @example
 * ```ts
 * const ours: GridProvider = {
 *   name: 'our-plant',
 *   source: 'Power plant behind the hall',
 *   basis: 'direct',
 *   kind: 'average',
 *   zoneOf: () => 'hall-7',
 *   fetch: async (_zone, from, to) => [{ fromMs: +from, toMs: +to, gramsPerKwh: await readPlant() }],
 * }
 * startTracking({ grid: ours })
 * ```
 */
export interface GridProvider {
  /** Names the provider in options, and its cache: two that answer differently need two names. */
  readonly name: string
  /** The publisher as records name it. */
  readonly source: string
  readonly basis: GridBasis
  readonly kind: GridKind
  /** Reads nothing from the network: works offline, and is not cached. */
  readonly isLocal?: boolean
  /** Environment variables with the keys that it needs. Their values are read at each request and kept nowhere. */
  readonly keys?: readonly string[]
  /**
   * The zone of a place in the publisher's own words. Called once, at the start of a run.
   *
   * @throws OptionError for a place that it does not cover.
   */
  zoneOf(place: GridPlace): string
  /**
   * Points that meet the time from `from` to `to`, in any order; rejects when they cannot be had. Those just before
   * are welcome: the publisher may be behind.
   */
  fetch(zone: string, from: Date, to: Date, signal: AbortSignal): Promise<readonly GridPoint[]>
  /**
   * What it expects of the time from `from`, which is now, to `to`; it may end earlier. The stretch that is going on
   * belongs to it. Absent where the publisher looks back only.
   */
  forecast?(zone: string, from: Date, to: Date, signal: AbortSignal): Promise<readonly GridPoint[]>
}
