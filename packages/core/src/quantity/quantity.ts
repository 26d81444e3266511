/**
 * How a figure came to be: read from an instrument, computed by a published model from observed inputs,
 * or assumed because nothing about it could be observed.
 */
export type Tier = 'measured' | 'modelled' | 'assumed'

/**
 * A figure that knows where it came from. `low` and `high` are meant as a 90 % interval: where a source
 * publishes one sigma, the factor is raised to 1.645.
 *
 * Unknown is never a `Quantity` of 0: it is an absent one, with a reason beside it.
 */
export interface Quantity {
  readonly value: number
  readonly low: number
  readonly high: number
  /** The unit of all three numbers, e.g. `kWh`, `gCO2e`, `W`. */
  readonly unit: string
  readonly tier: Tier
  /** One sentence for a reader: instrument or formula, and what it stands on. */
  readonly method: string
}

/** Joules in a kilowatt-hour, exactly. */
export const JOULES_PER_KWH = 3_600_000

/** Turns a one-sigma multiplicative factor into the factor of a 90 % interval (lognormal, 1.645 sigma). */
export const factor90 = (sigmaFactor: number): number => sigmaFactor ** 1.645

const TIER_RANK: Record<Tier, number> = { measured: 0, modelled: 1, assumed: 2 }

/** The less certain of two tiers. */
export const worseTier = (a: Tier, b: Tier): Tier => (TIER_RANK[a] >= TIER_RANK[b] ? a : b)
