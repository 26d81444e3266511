import type { SensorSpec } from '../sensors/sensor.js'
import { EnergyCurve } from './energy-curve.js'
import type { UsageInterval } from './usage-series.js'

/** Watts at a utilisation of 0 to 1, linear between the points of the model. */
const modelWatts = (wattsByUtilisation: readonly number[], utilisation: number): number => {
  const last = wattsByUtilisation.length - 1
  const position = Math.min(1, Math.max(0, utilisation)) * last
  const below = Math.min(Math.floor(position), last - 1)
  const from = wattsByUtilisation[below]!
  return from + (wattsByUtilisation[below + 1]! - from) * (position - below)
}

/** E(t) of a model: its watts at the utilisation of each interval. An interval without a capacity is unobserved. */
export const modelCurve = (spec: SensorSpec, usage: Iterable<UsageInterval>): EnergyCurve => {
  const curve = new EnergyCurve()
  const watts = spec.wattsByUtilisation
  if (!watts) return curve
  for (const interval of usage) {
    if (curve.isEmpty) curve.start(interval.from)
    const seconds = (interval.to - interval.from) / 1e9
    const known = interval.capacitySeconds > 0
    const utilisation = known ? interval.busySeconds / interval.capacitySeconds : 0
    curve.extend(interval.to, known ? modelWatts(watts, utilisation) * seconds : 0, known ? 1 : 0)
  }
  return curve
}
