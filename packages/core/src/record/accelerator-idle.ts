import type { AttributedCurve } from '../attribution/attributed-curve.js'
import type { Analysis } from '../meter/meter.js'
import { multiplyQuantity } from '../quantity/combine.js'
import { JOULES_PER_KWH, type Quantity } from '../quantity/quantity.js'
import type { WasteRecord } from './record.js'
import { spanEnergy } from './span-energy.js'

/** A minute of samples, ten seconds apart: fewer tell no mean. */
const FEWEST_SAMPLES = 6

/** Of the normal distribution, for a two-sided 90 % interval. */
const Z90 = 1.645

/** Mean share of the time in which nothing ran, from samples in percent of the time in which something did. */
const idleShare = (percents: readonly number[]): Quantity => {
  const idle = percents.map(percent => 1 - percent / 100)
  const mean = idle.reduce((sum, share) => sum + share, 0) / idle.length
  const variance = idle.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (idle.length - 1)
  const margin = Z90 * Math.sqrt(variance / idle.length)
  return {
    value: mean,
    low: Math.max(0, mean - margin),
    high: Math.min(1, mean + margin),
    unit: '1',
    tier: 'measured',
    method: `100 % less the driver's utilisation, mean of ${idle.length} samples; interval of that mean`,
  }
}

const WINDOW_NS = 10e9

/** The lowest power that was booked over ten seconds, watts. */
const lowestWatts = (curve: AttributedCurve, end: number): number | undefined => {
  let lowest: number | undefined
  for (let from = curve.times[0] ?? end; from + WINDOW_NS <= end; from += WINDOW_NS) {
    const { dynamic, static: idle, unobserved } = curve.between(from, from + WINDOW_NS)
    const watts = (dynamic + idle) / (WINDOW_NS / 1e9)
    if (unobserved === 0) lowest = Math.min(lowest ?? watts, watts)
  }
  return lowest
}

/**
 * What the accelerators draw when nothing runs, over the whole run. A board that was never seen without a process has no
 * known idle power: then it is its lowest power, which is too high where it never waited for ten seconds at a time.
 */
const idleEnergy = (analysis: Analysis, end: number): Quantity | undefined => {
  const curves = analysis.curves.filter(({ spec }) => spec.component === 'gpu')
  if (curves.length === 0) return undefined
  if (curves.every(({ spec }) => analysis.idle.get(spec.id)?.observed))
    return spanEnergy({ ...analysis, curves }, [[0, end]]).static
  const joules = curves.reduce((sum, curve) => sum + ((lowestWatts(curve, end) ?? 0) * end) / 1e9, 0)
  const value = joules / JOULES_PER_KWH
  return {
    value,
    low: value / 2,
    high: value,
    unit: 'kWh',
    tier: 'assumed',
    method:
      'lowest power over ten seconds of the run, an upper bound of idle power; half of it as a lower one',
  }
}

/**
 * Adds how long accelerators waited, and what they drew meanwhile: their idle energy goes on whether anything runs or
 * not, so that a run without waiting would not have used that share of it.
 */
export const withAcceleratorIdle = (
  waste: WasteRecord | undefined,
  analysis: Analysis,
  percents: readonly number[],
  end: number,
): WasteRecord | undefined => {
  if (percents.length < FEWEST_SAMPLES) return waste
  const share = idleShare(percents)
  const idle = idleEnergy(analysis, end)
  return {
    ...waste,
    accelerator_idle: {
      time_share: share,
      samples: percents.length,
      ...(idle && {
        energy_kwh: multiplyQuantity(idle, [share], 'kWh', 'idle energy of the accelerators × share of time'),
      }),
    },
  }
}
