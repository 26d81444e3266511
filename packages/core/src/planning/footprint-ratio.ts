import type { PueFigure } from '../footprint/pue.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import type { Factor } from '../quantity/combine.js'

/**
 * What two footprints of the same energy say of each other. `lower` and `higher` only where the 90 % interval of their
 * ratio does not hold 1; else `undecided`.
 */
export type RatioVerdict = 'same' | 'lower' | 'higher' | 'undecided'

/** One footprint over another, with a 90 % interval and what follows from it. */
export interface FootprintRatio {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly verdict: RatioVerdict
}

/** What turns energy into carbon. */
export interface Conversion {
  readonly pue: PueFigure
  readonly grid: GridIntensity
}

type Bounds = Pick<Factor, 'value' | 'low' | 'high'>

const intensityOf = ({ gramsPerKwh, low, high }: GridIntensity): Bounds => ({ value: gramsPerKwh, low, high })

const log = Math.log

/** Half-widths in log space of one factor over another. */
const spread = (after: Bounds, before: Bounds): { readonly below: number; readonly above: number } => ({
  below: Math.hypot(log(after.value / after.low), log(before.high / before.value)),
  above: Math.hypot(log(after.high / after.value), log(before.value / before.low)),
})

const NONE = { below: 0, above: 0 }

const verdictOf = (low: number, high: number): RatioVerdict => {
  if (low === 1 && high === 1) return 'same'
  if (high < 1) return 'lower'
  return low > 1 ? 'higher' : 'undecided'
}

/**
 * Carbon after over carbon before, for the same energy: its error is that of both and cancels out, and so does that of
 * a PUE or an intensity that is the same object on both sides. The others are independent and combine in log space.
 *
 * @returns undefined where an intensity of 0 makes it meaningless.
 */
export const footprintRatio = (after: Conversion, before: Conversion): FootprintRatio | undefined => {
  const intensity = { after: intensityOf(after.grid), before: intensityOf(before.grid) }
  if (Object.values(intensity).some(({ low, value }) => low <= 0 || value <= 0)) return undefined
  const value = (after.pue.value * intensity.after.value) / (before.pue.value * intensity.before.value)
  const spreads = [
    after.pue === before.pue ? NONE : spread(after.pue, before.pue),
    after.grid === before.grid ? NONE : spread(intensity.after, intensity.before),
  ]
  const low = value * Math.exp(-Math.hypot(...spreads.map(({ below }) => below)))
  const high = value * Math.exp(Math.hypot(...spreads.map(({ above }) => above)))
  return { value, low, high, verdict: verdictOf(low, high) }
}

/** Why two intensities do not mean the same, if they do not. */
export const mixtureOf = (after: GridIntensity, before: GridIntensity): string | undefined => {
  const differing = (['basis', 'kind'] as const).filter(property => after[property] !== before[property])
  if (differing.length === 0) return undefined
  const words = differing.map(property => `${property} ${before[property]} before, ${after[property]} after`)
  return `the intensities count different things (${words.join('; ')}): part of the difference is no difference of place`
}
