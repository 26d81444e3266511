import { type Factor, multiplyQuantity } from '../quantity/combine.js'
import { factor90, type Quantity } from '../quantity/quantity.js'
import type { Assumption } from './assumption.js'

/** Power of one kind of component, or why it is not counted. */
export interface PartPower {
  /** Watts, without PUE. */
  readonly power?: Quantity
  readonly reason?: string
  readonly assumptions: readonly Assumption[]
}

/** One sigma of watts that the user looked up or measured. */
const GIVEN_SIGMA = 1.05
/** One sigma of design power × utilisation as a stand-in for power (docs/methodology.md). */
const DESIGN_SIGMA = 1.25
/** Least use of a device that is said to be busy: between 0.4 and 1 of design power is what training draws. */
export const LEAST_BUSY = 0.4

const watts = (value: number, factor: number, tier: Quantity['tier'], method: string): Quantity => ({
  value,
  low: value / factor,
  high: value * factor,
  unit: 'W',
  tier,
  method,
})

export const givenWatts = (value: number, what: string): Quantity =>
  watts(value, factor90(GIVEN_SIGMA), 'modelled', `${value} W ${what}, as given`)

export const designWatts = (value: number, method: string): Quantity =>
  watts(value, factor90(DESIGN_SIGMA), 'modelled', method)

/** Watts of a device of which not even the model is known. */
export const unknownWatts = (value: number, factor: number, method: string): Quantity =>
  watts(value, factor, 'assumed', method)

/**
 * Mean use of a device as a factor on its full power. Power is taken as proportional to use, as Green Algorithms does;
 * a device that idles part of the time draws its idle power then, which the upper bound allows for. Without a statement
 * it is taken as fully used, the most it can be.
 */
export const usageFactor = (usage: number | undefined, idleShare: number): Factor =>
  usage === undefined
    ? { value: 1, low: LEAST_BUSY, high: 1, tier: 'assumed' }
    : { value: usage, low: usage, high: idleShare + (1 - idleShare) * usage, tier: 'modelled' }

/** Watts of one × how many × use. */
export const powerOf = (one: Quantity, count: number, usage: Factor, noun: string): Quantity =>
  multiplyQuantity(
    one,
    [{ value: count, low: count, high: count, tier: 'modelled' }, usage],
    'W',
    `${count} ${noun} × ${one.method} × usage ${usage.value}`,
  )
