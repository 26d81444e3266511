import { addCorrelated, multiplyQuantity } from '../quantity/combine.js'
import type { Quantity } from '../quantity/quantity.js'
import type { PueFigure } from './pue.js'

/** Energy of the IT equipment that was used while one price held. */
export interface PricedEnergy {
  /** kWh, without PUE. */
  readonly energy: Quantity
  readonly perKwh: number
}

/**
 * What the electricity cost: the sum over prices of energy × PUE × price. Never mean energy × mean price.
 *
 * @param currency The unit of the result.
 */
export const electricityCost = (
  priced: readonly [PricedEnergy, ...PricedEnergy[]],
  pue: PueFigure,
  currency: string,
): Quantity => {
  const method = `energy × PUE ${pue.value} × price of electricity${priced.length > 1 ? `, summed over ${priced.length} stretches of one price` : ''}`
  const [first, ...rest] = priced.map(({ energy, perKwh }) =>
    multiplyQuantity(
      energy,
      [pue, { value: perKwh, low: perKwh, high: perKwh, tier: 'modelled' }],
      currency,
      method,
    ),
  )
  return addCorrelated([first!, ...rest], method)
}
