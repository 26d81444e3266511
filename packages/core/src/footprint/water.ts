import { addCorrelated, multiplyQuantity } from '../quantity/combine.js'
import type { Quantity } from '../quantity/quantity.js'
import type { PueFigure } from './pue.js'

export interface WaterFactors {
  /** Water usage effectiveness: litres that the site evaporates or drains per kWh of IT energy (ISO/IEC 30134-9). */
  readonly wue?: number
  /** Litres that making a kWh of the electricity uses. */
  readonly waterIntensity?: number
}

/** Water of an amount of energy, litres; what is unknown is absent. */
export interface Water {
  readonly site_l?: Quantity
  readonly electricity_l?: Quantity
  /** Only where both are known. */
  readonly total_l?: Quantity
  /** Why a figure above is absent. */
  readonly reason?: string
}

const exactly = (value: number) => ({ value, low: value, high: value, tier: 'modelled' }) as const

/**
 * Water of an amount of IT energy: at the site IT energy × WUE, for the electricity IT energy × PUE × litres per kWh
 * (The Green Grid, white paper 35, 2011). Without a factor there is no figure: sites differ by more than ten times.
 *
 * @param energy kWh, without PUE.
 * @returns undefined where neither factor was given.
 */
export const waterOf = (
  energy: Quantity,
  pue: PueFigure,
  { wue, waterIntensity }: WaterFactors,
): Water | undefined => {
  if (wue === undefined && waterIntensity === undefined) return undefined
  const site =
    wue === undefined
      ? undefined
      : multiplyQuantity(energy, [exactly(wue)], 'L', `IT energy × WUE ${wue} L/kWh`)
  const electricity =
    waterIntensity === undefined
      ? undefined
      : multiplyQuantity(
          energy,
          [pue, exactly(waterIntensity)],
          'L',
          `IT energy × PUE ${pue.value} × ${waterIntensity} L/kWh of electricity`,
        )
  return {
    ...(site && { site_l: site }),
    ...(electricity && { electricity_l: electricity }),
    ...(site && electricity && { total_l: addCorrelated([site, electricity], 'site + electricity') }),
    ...(!site && { reason: 'water of the site is unknown: its WUE was not given (wue)' }),
    ...(!electricity && {
      reason: 'water of the electricity is unknown: its factor was not given (waterIntensity)',
    }),
  }
}
