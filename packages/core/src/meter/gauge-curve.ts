import type { SensorSpec } from '../sensors/sensor.js'
import { EnergyCurve } from './energy-curve.js'
import type { ReadingSeries } from './reading-series.js'

/** A gauge that was silent for more than this many periods is not bridged: what flowed meanwhile is unknown. */
const GAP_PERIODS = 3

/** Integrates power readings by trapezoid into E(t). Failed reads and long gaps are unobserved time and add nothing. */
export const gaugeCurve = (
  spec: SensorSpec,
  series: ReadingSeries,
  samplingIntervalMs: number,
): EnergyCurve => {
  const curve = new EnergyCurve()
  const longestNs = GAP_PERIODS * Math.max(samplingIntervalMs, spec.updatePeriodMs) * 1e6
  let previousWatts = Number.NaN
  let previousTime = Number.NaN
  for (let i = 0; i < series.times.length; i++) {
    const time = series.times[i]!
    const watts = series.raws[i]! * spec.scale
    if (curve.isEmpty) {
      if (Number.isNaN(watts)) continue
      curve.start(time)
    } else {
      const elapsedNs = time - previousTime
      const bridged = !Number.isNaN(watts) && !Number.isNaN(previousWatts) && elapsedNs <= longestNs
      const joules = bridged ? ((previousWatts + watts) / 2) * (elapsedNs / 1e9) : 0
      curve.extend(time, joules, bridged ? 1 : 0)
    }
    previousWatts = watts
    previousTime = time
  }
  return curve
}
