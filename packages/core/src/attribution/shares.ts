import type { RunEntry } from '../journal/entry.js'

/** Policy with everything it needs from the run's header. */
export type AttributionPolicy = Pick<RunEntry, 'scope' | 'staticPolicy' | 'reservedShare'>

/** The part of a sensor's energy that belongs to our process tree. */
export interface Shares {
  /** Share of dynamic energy, 0 to 1. */
  readonly dynamic: number
  /** Share of static energy, 0 to 1. */
  readonly static: number
  /** How far off they may be, relative to themselves. */
  readonly relativeBand: number
}

/** Shares that hold for a stretch of the run. */
export interface ShareInterval extends Shares {
  readonly from: number
  readonly to: number
}

/** Nothing is shared out. */
export const WHOLE: Shares = { dynamic: 1, static: 1, relativeBand: 0 }

/** Nobody could see who works: all of it may be ours, or nearly none. */
export const WHOLE_AT_MOST: Shares = { dynamic: 1, static: 1, relativeBand: 1 }

/**
 * Shares of CPU time and of a GPU's utilisation know nothing of hyper-threads, frequency or what kind of work it is.
 */
export const SHARE_BAND = 0.3

/** The same shares all the time. */
export const always = (shares: Shares): ShareInterval[] => [
  { from: 0, to: Number.POSITIVE_INFINITY, ...shares },
]
