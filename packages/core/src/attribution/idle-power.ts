import type { EnergyCurve } from '../meter/energy-curve.js'
import type { UsageInterval } from '../meter/usage-series.js'
import type { SensorSpec } from '../sensors/sensor.js'

export interface IdlePower {
  readonly watts: number
  readonly source: string
  /** Observed rather than looked up: its error is that of the sensor. */
  readonly observed: boolean
}

/** A machine this idle for a minute shows its static power. */
const IDLE_UTILISATION = 0.03
const IDLE_WINDOW_NS = 60e9

/** Lowest mean power over a minute of idleness in this run, if there was one. */
const observedIdleWatts = (curve: EnergyCurve, usage: readonly UsageInterval[]): number | undefined => {
  let lowest: number | undefined
  let from = 0
  for (let to = 0; to < usage.length; to++) {
    const { busySeconds, capacitySeconds } = usage[to]!
    if (capacitySeconds <= 0 || busySeconds / capacitySeconds >= IDLE_UTILISATION) {
      from = to + 1
      continue
    }
    while (usage[to]!.to - usage[from]!.from >= IDLE_WINDOW_NS) {
      const span = curve.between(usage[from]!.from, usage[to]!.to)
      const seconds = (usage[to]!.to - usage[from]!.from) / 1e9
      if (span.unobservedSeconds === 0)
        lowest = Math.min(lowest ?? Number.POSITIVE_INFINITY, span.joules / seconds)
      from++
    }
  }
  return lowest
}

/** Lowest mean power over any 10 s of the run: static power cannot be above it. */
const lowestWatts = (curve: EnergyCurve): number | undefined => {
  const window = 10e9
  let lowest: number | undefined
  let from = 0
  for (let to = 1; to < curve.times.length; to++) {
    while (from + 1 < to && curve.times[to]! - curve.times[from + 1]! >= window) from++
    const elapsed = curve.times[to]! - curve.times[from]!
    if (elapsed < window || curve.unobserved[to]! > curve.unobserved[from]!) continue
    const watts = (curve.joules[to]! - curve.joules[from]!) / (elapsed / 1e9)
    lowest = Math.min(lowest ?? Number.POSITIVE_INFINITY, watts)
  }
  return lowest
}

/**
 * Static power of what one sensor sees: the user's calibration, else the quietest idle minute of this run, else the
 * sensor's own figure; without any of them the run's lowest power is the best upper bound there is. Never a running
 * maximum: an idle estimate that can only rise ends at full load.
 *
 * @param calibratedWatts The part of the user's calibration that falls to this sensor.
 */
export const idlePower = (
  spec: SensorSpec,
  curve: EnergyCurve,
  usage: readonly UsageInterval[],
  calibratedWatts: number | undefined,
): IdlePower | undefined => {
  if (calibratedWatts !== undefined)
    return { watts: calibratedWatts, source: 'calibration given as an option', observed: true }
  if (spec.kind === 'model' && spec.wattsByUtilisation) {
    return { watts: spec.wattsByUtilisation[0]!, source: 'the model at utilisation 0', observed: false }
  }
  const idle = observedIdleWatts(curve, usage)
  if (idle !== undefined)
    return { watts: idle, source: 'quietest minute of this run below 3 % utilisation', observed: true }
  const lowest = lowestWatts(curve)
  if (spec.idleWatts) {
    // A catalogue value above what was seen cannot be this machine's.
    const watts = Math.min(spec.idleWatts.watts, lowest ?? Number.POSITIVE_INFINITY)
    return { watts, source: spec.idleWatts.source, observed: false }
  }
  if (lowest === undefined) return undefined
  return { watts: lowest, source: 'lowest power over 10 s of this run, an upper bound', observed: false }
}
