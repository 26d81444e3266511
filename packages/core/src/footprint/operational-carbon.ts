import type { GridIntensity } from '../grid/grid-intensity.js'
import { addCorrelated, multiplyQuantity } from '../quantity/combine.js'
import type { Quantity } from '../quantity/quantity.js'
import type { PueFigure } from './pue.js'

/** Energy of the IT equipment over a stretch of time, and the intensity of the grid meanwhile. */
export interface CarbonInterval {
  /** kWh, without PUE. */
  readonly energy: Quantity
  readonly intensity: GridIntensity
}

const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)]

/** Numbers of different basis or kind answer different questions; a sum of them has to say so. */
const mixture = (intervals: readonly CarbonInterval[]): string => {
  const bases = distinct(intervals.map(({ intensity }) => intensity.basis))
  const kinds = distinct(intervals.map(({ intensity }) => intensity.kind))
  const mixed = [bases, kinds].filter(values => values.length > 1).map(values => values.join(' and '))
  return mixed.length === 0 ? '' : `; MIXES ${mixed.join(', ')} intensities: not comparable with other runs`
}

/**
 * Operational carbon: the sum over intervals of energy × PUE × intensity (GHG Protocol scope 2, location-based; O of
 * the SCI specification). Never mean energy × mean intensity, which is wrong as soon as both vary.
 *
 * Inside an interval the errors of energy, PUE and intensity are independent. Between intervals they are the same
 * errors again, so the bounds add up.
 *
 * @param intervals Disjoint stretches of time; at least one.
 * @returns gCO2e.
 */
export const operationalCarbon = (
  intervals: readonly [CarbonInterval, ...CarbonInterval[]],
  pue: PueFigure,
): Quantity => {
  const method = `energy × PUE ${pue.value} × grid intensity${intervals.length > 1 ? `, summed over ${intervals.length} intervals` : ''}${mixture(intervals)}`
  const [first, ...rest] = intervals.map(({ energy, intensity }) =>
    multiplyQuantity(energy, [pue, { ...intensity, value: intensity.gramsPerKwh }], 'gCO2e', method),
  )
  return addCorrelated([first!, ...rest], method)
}
