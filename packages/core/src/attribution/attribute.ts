import type { EnergyCurve } from '../meter/energy-curve.js'
import type { SensorSpec } from '../sensors/sensor.js'
import { AttributedCurve } from './attributed-curve.js'
import type { IdlePower } from './idle-power.js'
import type { ShareInterval } from './shares.js'

/** A catalogue's idle power may be off by half. */
const IDLE_BAND = 0.5

/**
 * Shares one sensor's energy out to the run, stretch by stretch: E = dynamic + static, each with its own share
 * (docs/methodology.md, Attribution). Breakpoints are those of the curve and of the shares.
 *
 * @param intervals Shares in order of time, at least one; beyond them the nearest ones hold.
 */
export const attribute = (
  spec: SensorSpec,
  curve: EnergyCurve,
  intervals: Iterable<ShareInterval>,
  idle: IdlePower | undefined,
): AttributedCurve => {
  const attributed = new AttributedCurve(spec, curve.times[0]!, curve.times.length)
  const idleBand = idle?.observed ? 0 : IDLE_BAND
  const following = intervals[Symbol.iterator]()
  /** The first interval that does not end before the stretch, and the one before it. */
  let next: ShareInterval | undefined = following.next().value
  let last: ShareInterval | undefined
  const goTo = (from: number): void => {
    while (next && next.to <= from) {
      last = next
      next = following.next().value
    }
  }
  const stretch = (from: number, to: number, machine: number, unobserved: number): void => {
    goTo(from)
    const shares = (next && next.from < to ? next : last) ?? next!
    const observedSeconds = Math.max(0, (to - from) / 1e9 - unobserved)
    const idleJoules = Math.min(machine, (idle?.watts ?? 0) * observedSeconds)
    const dynamicJoules = (machine - idleJoules) * shares.dynamic
    const staticJoules = idleJoules * shares.static
    const value = dynamicJoules + staticJoules
    // Where the two shares differ, an idle power that is off moves energy from one to the other.
    const idleError = idleJoules * idleBand * Math.abs(shares.dynamic - shares.static)
    const whole =
      machine *
      Math.max(shares.dynamic, shares.static, Math.min(1, shares.dynamic * (1 + shares.relativeBand)))
    const low = Math.max(0, value * (1 - shares.relativeBand) - idleError)
    const high = Math.min(whole, value * (1 + shares.relativeBand) + idleError)
    const ceiling = unobserved * (spec.maxPowerWatts ?? 0) * Math.max(shares.dynamic, shares.static)
    const { band } = spec
    const most = high * band.high + ceiling
    attributed.extend(to, machine, dynamicJoules, staticJoules, low * band.low, most, unobserved)
  }

  for (let i = 1; i < curve.times.length; i++) {
    let from = curve.times[i - 1]!
    const to = curve.times[i]!
    const joules = curve.joules[i]! - curve.joules[i - 1]!
    const unobserved = curve.unobserved[i]! - curve.unobserved[i - 1]!
    const whole = to - from
    let booked = 0
    let dark = 0
    goTo(from)
    for (; next && next.to < to; goTo(from)) {
      const edge: number = next.to
      const share = (edge - from) / whole
      stretch(from, edge, joules * share, unobserved * share)
      booked += joules * share
      dark += unobserved * share
      from = edge
    }
    // The rest, by subtraction: rounding never makes the parts differ from the whole.
    stretch(from, to, joules - booked, Math.max(0, unobserved - dark))
  }
  return attributed
}
