import { factor90 } from '../quantity/quantity.js'
import type { GridIntensity } from './grid-intensity.js'

/**
 * How far a figure may be off, as a one-sigma factor. Judged from how much independent data sets differ for the
 * same place; docs/data.md has the comparison. Every factor is raised to a 90 % interval before use.
 */
const SIGMA = {
  /** A number that somebody looked up for this very machine. */
  given: 1.05,
  /** The provider's own figure for its region. */
  published: 1.3,
  /** A state or province, by its government. */
  subnational: 1.4,
  /**
   * A subregion of the US grid. Against flow-traced figures of the same data centres the 90th percentile is ×2.6, since
   * power crosses the borders of subregions: 1.8 gives that.
   */
  'egrid-subregion': 1.8,
  country: 1.35,
  /** A neighbour's figure, one too round to be measured, or one older than ten years. */
  'weak-country': 1.6,
  /** Published for this very hour. */
  live: 1.1,
  /** The same where the publisher had to estimate or forecast it. */
  'live-estimated': 1.25,
  /** Published for another hour of the same grid. */
  'other-hour': 1.3,
} as const

export type IntensityBand = keyof typeof SIGMA

/** The factor by which the true figure may lie above or below, 90 %. */
export const bandFactor = (band: IntensityBand): number => factor90(SIGMA[band])

/** The fields of an intensity that its band decides, the method's last words among them. */
export const banded = (
  gramsPerKwh: number,
  band: IntensityBand,
  method: string,
): Pick<GridIntensity, 'gramsPerKwh' | 'low' | 'high' | 'method'> => {
  const factor = bandFactor(band)
  return {
    gramsPerKwh,
    low: gramsPerKwh / factor,
    high: gramsPerKwh * factor,
    method: `${method}; 90 % interval ×/÷ ${factor.toFixed(2)}`,
  }
}
