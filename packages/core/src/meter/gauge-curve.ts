import type { SensorSpec } from '../sensors/sensor.js'
import { EnergyCurve } from './energy-curve.js'
import type { ReadingSeries } from './reading-series.js'

/** Power over a stretch of time as finer readings gave it, which are not journalled one by one. */
export interface MeanStretch {
  readonly from: number
  readonly to: number
  readonly raw: number
}

/** A gauge that was silent for more than this many periods is not bridged: what flowed meanwhile is unknown. */
const GAP_PERIODS = 3

/**
 * Integrates power readings by trapezoid into E(t), and by their means where finer readings gave some. Failed reads and
 * long gaps are unobserved time and add nothing.
 *
 * @param means Stretches in order of time that do not overlap.
 * @param end Of a gauge that is asked at its own pace: the run's end so far. Its first and last readings stand for the
 * time beside them too, as far as a gap would be bridged.
 */
export const gaugeCurve = (
  spec: SensorSpec,
  series: Pick<ReadingSeries, 'times' | 'raws'>,
  samplingIntervalMs: number,
  means: readonly MeanStretch[] = [],
  end?: number,
): EnergyCurve => {
  const curve = new EnergyCurve()
  const longestNs = GAP_PERIODS * Math.max(samplingIntervalMs, spec.updatePeriodMs) * 1e6
  let previousWatts = Number.NaN
  let previousTime = Number.NaN
  let mean = 0
  /** Joules and nanoseconds of a step that finer readings tell. */
  const finer = (from: number, to: number): { readonly joules: number; readonly ns: number } => {
    while (mean < means.length && means[mean]!.to <= from) mean++
    let [joules, ns] = [0, 0]
    for (let at = mean; at < means.length && means[at]!.from < to; at++) {
      const overlap = Math.min(to, means[at]!.to) - Math.max(from, means[at]!.from)
      joules += means[at]!.raw * spec.scale * (overlap / 1e9)
      ns += overlap
    }
    return { joules, ns }
  }
  for (let i = 0; i < series.times.length; i++) {
    const time = series.times[i]!
    const watts = series.raws[i]! * spec.scale
    if (curve.isEmpty) {
      if (Number.isNaN(watts)) continue
      const isNear = end !== undefined && i === 0 && time > 0 && time <= longestNs
      curve.start(isNear ? 0 : time)
      if (isNear) curve.extend(time, watts * (time / 1e9), 1)
    } else {
      const elapsedNs = time - previousTime
      const bridged = !Number.isNaN(watts) && !Number.isNaN(previousWatts) && elapsedNs <= longestNs
      const { joules, ns } = finer(previousTime, time)
      const restJoules = bridged ? ((previousWatts + watts) / 2) * ((elapsedNs - ns) / 1e9) : 0
      curve.extend(time, joules + restJoules, bridged || elapsedNs <= 0 ? 1 : ns / elapsedNs)
    }
    previousWatts = watts
    previousTime = time
  }
  const sinceNs = (end ?? 0) - previousTime
  if (sinceNs > 0 && sinceNs <= longestNs && !Number.isNaN(previousWatts)) {
    curve.extend(end!, previousWatts * (sinceNs / 1e9), 1)
  }
  return curve
}
