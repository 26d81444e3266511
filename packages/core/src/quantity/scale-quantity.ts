import type { Quantity } from './quantity.js'

/** A quantity times a number that is known exactly: the bounds go with it, unit and origin stay. */
export const scaleQuantity = (quantity: Quantity, factor: number): Quantity => ({
  ...quantity,
  value: quantity.value * factor,
  low: quantity.low * factor,
  high: quantity.high * factor,
})
