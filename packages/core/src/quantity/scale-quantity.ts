import type { Quantity } from './quantity.js'

/**
 * A quantity times a number that is known exactly: the bounds go with it, unit and origin stay.
 *
 * @example
 * ```ts
 * const { energy } = openStore().read('latest')
 * if (energy.total_kwh) console.log(scaleQuantity(energy.total_kwh, 12).value) // kWh of a dozen such runs
 * ```
 */
export const scaleQuantity = (quantity: Quantity, factor: number): Quantity => ({
  ...quantity,
  value: quantity.value * factor,
  low: quantity.low * factor,
  high: quantity.high * factor,
})
