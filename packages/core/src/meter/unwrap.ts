import type { SensorSpec } from '../sensors/sensor.js'

/** How the step between two reads of a cumulative counter was understood. */
export type CounterStep =
  /** A plausible advance, with or without one wrap. */
  | 'advance'
  /** Two threads read almost at once and their readings arrived in the other order: nothing happened between. */
  | 'reordered'
  /** The counter started again from 0 (driver reload, suspend): what it shows since is a lower bound. */
  | 'reset'
  /** So much time passed that a whole wrap may be hidden: the visible advance is a lower bound. */
  | 'wraps-hidden'
  /** More power than the hardware can draw: another counter behind the same name, or garbage. Books nothing. */
  | 'implausible'

export interface UnwrappedStep {
  readonly step: CounterStep
  /** Raw units to add, ≥ 0. */
  readonly advance: number
  /** The raw value to compare the next read with. */
  readonly raw: number
}

/** Where nothing is known about the hardware: more than any package, module or board draws. */
const CEILING_WATTS = 2000

/**
 * Two threads stamp and read the same counter; between stamp and read either may lose the processor. Within this time
 * a step back is a race, not a reset, and a step forward may carry energy from before its stamp.
 */
const RACE_SECONDS = 0.1

/** Firmware limits are set points that short excursions pass. */
const CEILING_MARGIN = 1.5

/**
 * Decides what the step from `previous` to `raw` means. A read that went down is a wrap only if the energy that a wrap
 * would imply could have been drawn in that time; otherwise suspend, which zeroes a package counter, would book the
 * counter's whole range as energy that never flowed.
 *
 * @param elapsedSeconds Monotonic time between the two reads; it excludes suspend.
 */
export const unwrapStep = (
  spec: Pick<SensorSpec, 'wrapRaw' | 'scale' | 'maxPowerWatts' | 'updatePeriodMs'>,
  previous: number,
  raw: number,
  elapsedSeconds: number,
): UnwrappedStep => {
  const range = spec.wrapRaw
  const ceilingWatts = (spec.maxPowerWatts ?? CEILING_WATTS) * CEILING_MARGIN
  // A counter is refreshed in steps: a short interval may contain the energy of up to two refresh periods.
  const slackSeconds = Math.max(RACE_SECONDS, (2 * spec.updatePeriodMs) / 1000)
  const mostRaw = (ceilingWatts * (elapsedSeconds + slackSeconds)) / spec.scale
  const raceRaw = (ceilingWatts * RACE_SECONDS) / spec.scale

  const difference = raw - previous
  const backward = range === undefined || difference <= 0 ? -difference : range - difference
  if (difference !== 0 && backward > 0 && backward <= raceRaw && elapsedSeconds <= RACE_SECONDS) {
    return { step: 'reordered', advance: 0, raw: previous }
  }
  if (difference >= 0 && difference <= mostRaw) {
    const hidden = range !== undefined && (ceilingWatts * elapsedSeconds) / spec.scale > range
    return { step: hidden ? 'wraps-hidden' : 'advance', advance: difference, raw }
  }
  if (difference < 0 && range !== undefined && difference + range <= mostRaw) {
    const hidden = (ceilingWatts * elapsedSeconds) / spec.scale > range
    return { step: hidden ? 'wraps-hidden' : 'advance', advance: difference + range, raw }
  }
  if (difference < 0 && raw <= mostRaw) return { step: 'reset', advance: raw, raw }
  return { step: 'implausible', advance: 0, raw }
}
