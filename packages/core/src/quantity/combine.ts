import { type Quantity, type Tier, worseTier } from './quantity.js'

/** Share of a sum that must be at least as uncertain as a tier before that tier names the sum. */
const TIER_SHARE = 0.05

/**
 * The tier of a sum: the worst one such that more than 5 % of the sum is of it or worse. Small parts count together, so
 * that twenty assumed ones of 4 % do not hide behind a measured one. A sum of zeros takes the worst tier present.
 */
export const tierOfSum = (parts: readonly { readonly value: number; readonly tier: Tier }[]): Tier => {
  const total = parts.reduce((sum, part) => sum + Math.abs(part.value), 0)
  const isCarried = (tier: Tier): boolean => {
    const asBad = parts.filter(part => worseTier(part.tier, tier) === part.tier)
    if (total === 0) return asBad.length > 0
    return asBad.reduce((sum, part) => sum + Math.abs(part.value), 0) > TIER_SHARE * total
  }
  if (isCarried('assumed')) return 'assumed'
  return isCarried('modelled') ? 'modelled' : 'measured'
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

/**
 * Sum of quantities of one unit that share their errors, such as stretches of time seen by one sensor: values add and
 * so do bounds, because what is wrong with one is wrong with all.
 *
 * @example
 * ```ts
 * const hours = openStore().read('latest').epochs.flatMap(({ energy_kwh }) => energy_kwh ?? [])
 * const [first, ...rest] = hours
 * if (first) console.log(addCorrelated([first, ...rest], 'sum of epochs').high) // kWh
 * ```
 */
export const addCorrelated = (parts: readonly [Quantity, ...Quantity[]], method: string): Quantity => {
  if (parts.length === 1) return parts[0]
  const sum = (of: (part: Quantity) => number): number => parts.reduce((total, part) => total + of(part), 0)
  return {
    value: sum(part => part.value),
    low: sum(part => part.low),
    high: sum(part => part.high),
    unit: parts[0].unit,
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
 * Product of a quantity and independent factors, none of them negative. Relative errors combine in log space,
 * `ln f = sqrt(Σ ln(fᵢ)²)`, separately above and below the value. The tier is the worst of all terms.
 *
 * @example
 * ```ts
 * const energy = { value: 2, low: 1.8, high: 2.2, unit: 'kWh', tier: 'measured', method: 'meter' } as const
 * const pue = { value: 1.2, low: 1.1, high: 1.4, tier: 'assumed' } as const
 * multiplyQuantity(energy, [pue], 'kWh', 'energy × PUE').value // 2.4
 * ```
 */
export const multiplyQuantity = (
  quantity: Quantity,
  factors: readonly Factor[],
  unit: string,
  method: string,
): Quantity => {
  const terms: readonly Factor[] = [quantity, ...factors]
  const product = (of: (term: Factor) => number): number => terms.reduce((total, term) => total * of(term), 1)
  // A bound on the wrong side of its value, as damage makes one, says nothing.
  const spread = (bound: 'low' | 'high'): number =>
    Math.hypot(
      ...terms.map(term => {
        const logarithm = Math.log(term[bound] / term.value)
        return bound === 'low' ? Math.min(0, logarithm) : Math.max(0, logarithm)
      }),
    )
  const value = product(term => term.value)
  const tier = terms.map(term => term.tier).reduce(worseTier)
  // 0 has no logarithm. A product of 0 may still have room above: then the upper bounds multiply, which is wide but
  // never too narrow. A lower bound of 0 makes that of the product 0.
  if (value === 0) return { value, low: 0, high: product(term => term.high), unit, tier, method }
  const low = terms.some(term => term.low <= 0) ? 0 : value * Math.exp(-spread('low'))
  return { value, low, high: value * Math.exp(spread('high')), unit, tier, method }
}
