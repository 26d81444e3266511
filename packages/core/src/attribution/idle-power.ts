import type { DeviceUseInterval } from '../meter/device-use-series.js'
import type { EnergyCurve } from '../meter/energy-curve.js'
import { mapped } from '../meter/mapped.js'
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

/** A device without any process shows it at once; its counter is refreshed ten times a second. */
const DEVICE_IDLE_WINDOW_NS = 5e9

interface Stretch {
  readonly from: number
  readonly to: number
  readonly idle: boolean
}

/** Lowest mean power over a window of idleness in this run, if there was one. */
const observedIdleWatts = (
  curve: EnergyCurve,
  stretches: Iterable<Stretch>,
  windowNs: number,
): number | undefined => {
  let lowest: number | undefined
  /** Where the stretches of idleness up to now began, those that may still be the first of a window. */
  const begins: number[] = []
  for (const { from, to, idle } of stretches) {
    if (!idle) {
      begins.length = 0
      continue
    }
    begins.push(from)
    while (begins.length > 0 && to - begins[0]! >= windowNs) {
      const began = begins.shift()!
      const span = curve.between(began, to)
      const seconds = (to - began) / 1e9
      if (span.unobservedSeconds === 0)
        lowest = Math.min(lowest ?? Number.POSITIVE_INFINITY, span.joules / seconds)
    }
  }
  return lowest
}

const isIdle = ({ busySeconds, capacitySeconds }: UsageInterval): boolean =>
  capacitySeconds > 0 && busySeconds / capacitySeconds < IDLE_UTILISATION

/** Mean power over all of a curve; 0 for one without an extent. */
export const meanWatts = ({ times, joules }: EnergyCurve): number => {
  const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1e9
  return seconds > 0 ? (joules.at(-1)! - joules[0]!) / seconds : 0
}

/** Lowest mean power over any 10 s of the run: static power cannot be above it. */
export const lowestWatts = (curve: EnergyCurve): number | undefined => {
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
  usage: Iterable<UsageInterval>,
  calibratedWatts: number | undefined,
): IdlePower | undefined => {
  if (calibratedWatts !== undefined)
    return { watts: calibratedWatts, source: 'calibration given as an option (idleWatts)', observed: true }
  if (spec.kind === 'model' && spec.wattsByUtilisation) {
    return { watts: spec.wattsByUtilisation[0]!, source: 'the model at utilisation 0', observed: false }
  }
  const stretches = mapped(usage, interval => ({
    from: interval.from,
    to: interval.to,
    idle: isIdle(interval),
  }))
  const idle = observedIdleWatts(curve, stretches, IDLE_WINDOW_NS)
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

/**
 * Static power of a device such as a GPU: what it drew in this run while no process had it open. The user's calibration
 * is that of the machine without such devices. Without such a moment it is 0, and all energy is dynamic: the lowest power of a run that computed all the
 * time is not idle power.
 */
export const deviceIdlePower = (curve: EnergyCurve, uses: Iterable<DeviceUseInterval>): IdlePower => {
  const watts = observedIdleWatts(curve, uses, DEVICE_IDLE_WINDOW_NS)
  if (watts !== undefined)
    return { watts, source: 'the device without any process, in this run', observed: true }
  return {
    watts: 0,
    source: 'never seen without a process, so all its energy counts as dynamic',
    observed: false,
  }
}
