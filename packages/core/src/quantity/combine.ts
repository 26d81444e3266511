import type { Quantity, Tier } from './quantity.js'
import { worseTier } from './quantity.js'

/** Share of a sum that a part must carry before its tier becomes the tier of the sum. */
const TIER_SHARE = 0.05

/**
 * The tier of a sum: the worst tier that carries more than 5 % of it.
 *
 * `parts` are the values with their tiers; an empty list, or one of zeros, takes the worst tier present.
 */
export const tierOfSum = (parts: readonly { value: number; tier: Tier }[]): Tier => {
  const total = parts.reduce((sum, part) => sum + Math.abs(part.value), 0)
  const carrying = parts.filter(part => total === 0 || Math.abs(part.value) > TIER_SHARE * total)
  const relevant = carrying.length > 0 ? carrying : parts
  return relevant.reduce<Tier>((tier, part) => worseTier(tier, part.tier), 'measured')
}

/**
 * Sum of independent quantities of one unit: values add, half-widths combine by root-sum-square, since the
 * error of one component (a package counter, say) says nothing about that of another.
 */
export const sumQuantities = (parts: readonly Quantity[], method: string): Quantity | undefined => {
  const first = parts[0]
  if (!first) return undefined
  if (parts.length === 1) return first
  let value = 0
  let below = 0
  let above = 0
  for (const part of parts) {
    value += part.value
    below += (part.value - part.low) ** 2
    above += (part.high - part.value) ** 2
  }
  return {
    value,
    low: value - Math.sqrt(below),
    high: value + Math.sqrt(above),
    unit: first.unit,
    tier: tierOfSum(parts),
    method,
  }
}

/** A multiplier with its own interval: PUE, a grid intensity. */
export interface Factor {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly tier: Tier
}

/**
 * Product of a quantity and independent factors. Relative errors combine in log space,
 * `ln f = sqrt(Σ ln(fᵢ)²)`, separately above and below the value.
 */
export const multiplyQuantity = (
  quantity: Quantity,
  factors: readonly Factor[],
  unit: string,
  method: string,
): Quantity => {
  const terms: readonly Factor[] = [quantity, ...factors]
  const value = terms.reduce((product, term) => product * term.value, 1)
  const spread = (bound: 'low' | 'high'): number => {
    let sum = 0
    for (const term of terms) {
      if (term.value === 0) return 0
      sum += Math.log(term[bound] / term.value) ** 2
    }
    return Math.sqrt(sum)
  }
  const { tier } = terms.reduce((worst, term) => ({ ...worst, tier: worseTier(worst.tier, term.tier) }))
  // A bound of 0 has no logarithm: the product's bound is 0 as well. A value of 0 with room above keeps that room.
  const low = value === 0 || terms.some(term => term.low <= 0) ? 0 : value * Math.exp(-spread('low'))
  const high = value === 0 ? terms.reduce((product, term) => product * term.high, 1) : value * Math.exp(spread('high'))
  return { value, low, high, unit, tier, method }
}
