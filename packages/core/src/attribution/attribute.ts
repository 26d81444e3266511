import type { RunEntry } from '../journal/entry.js'
import type { EnergyCurve } from '../meter/energy-curve.js'
import type { UsageInterval } from '../meter/usage-series.js'
import type { SensorSpec } from '../sensors/sensor.js'
import { AttributedCurve } from './attributed-curve.js'
import type { IdlePower } from './idle-power.js'

/** Policy with everything it needs from the run's header. */
export type AttributionPolicy = Pick<RunEntry, 'scope' | 'staticPolicy' | 'reservedShare'>

/**
 * Relative uncertainty of a share of CPU time as a share of energy: it knows nothing of hyper-threads, frequency or
 * vector units. It vanishes where nearly all busy time is ours.
 */
const SHARE_BAND = 0.3
const ALMOST_ALONE = 0.9

/** A catalogue's idle power may be off by half. */
const IDLE_BAND = 0.5

interface Shares {
  /** Share of dynamic energy, with bounds. */
  readonly dynamic: number
  /** Share of static energy. */
  readonly static: number
  readonly relativeBand: number
}

const staticShare = (policy: AttributionPolicy, busyShare: number, capacityShare: number): number => {
  switch (policy.staticPolicy) {
    case 'none':
      return 0
    case 'capacity':
      return capacityShare
    case 'reserved':
      return policy.reservedShare ?? busyShare
    case 'full':
      return 1
    default:
      return busyShare
  }
}

/**
 * Share of an interval's energy that belongs to our process tree: of dynamic energy, our part of the machine's busy
 * time; of static energy, what the policy says.
 */
const sharesOf = (policy: AttributionPolicy, interval: UsageInterval | undefined): Shares => {
  if (policy.scope === 'machine') return { dynamic: 1, static: 1, relativeBand: 0 }
  // Nobody could read the processor's time: all of it may be ours, or nearly none.
  if (!interval) return { dynamic: 1, static: 1, relativeBand: 1 }
  const { busySeconds, capacitySeconds, treeSeconds } = interval
  const busyShare = busySeconds > 0 ? Math.min(1, treeSeconds / busySeconds) : treeSeconds > 0 ? 1 : 0
  const capacityShare = capacitySeconds > 0 ? Math.min(1, treeSeconds / capacitySeconds) : 0
  return {
    dynamic: busyShare,
    static: staticShare(policy, busyShare, capacityShare),
    relativeBand: busyShare > ALMOST_ALONE ? 0 : SHARE_BAND,
  }
}

/**
 * Shares one sensor's energy out to the run, stretch by stretch: E = dynamic + static, each with its own share
 * (docs/methodology.md, Attribution). Breakpoints are those of the curve and of the usage intervals.
 */
export const attribute = (
  spec: SensorSpec,
  curve: EnergyCurve,
  usage: readonly UsageInterval[],
  idle: IdlePower | undefined,
  policy: AttributionPolicy,
): AttributedCurve => {
  const attributed = new AttributedCurve(spec, curve.times[0]!)
  const idleBand = idle?.observed ? 0 : IDLE_BAND
  let place = 0
  const stretch = (from: number, to: number, machine: number, unobserved: number): void => {
    while (place < usage.length && usage[place]!.to <= from) place++
    const inside =
      place < usage.length && usage[place]!.from < to ? usage[place] : (usage[place - 1] ?? usage[place])
    const shares = sharesOf(policy, inside)
    const observedSeconds = Math.max(0, (to - from) / 1e9 - unobserved)
    const idleJoules = Math.min(machine, (idle?.watts ?? 0) * observedSeconds)
    const dynamicJoules = (machine - idleJoules) * shares.dynamic
    const staticJoules = idleJoules * shares.static
    const value = dynamicJoules + staticJoules
    // Where the two shares differ, an idle power that is off moves energy from one to the other.
    const idleError = idleJoules * idleBand * Math.abs(shares.dynamic - shares.static)
    const most =
      machine *
      Math.max(shares.dynamic, shares.static, Math.min(1, shares.dynamic * (1 + shares.relativeBand)))
    const low = Math.max(0, value * (1 - shares.relativeBand) - idleError)
    const high = Math.min(most, value * (1 + shares.relativeBand) + idleError)
    const ceiling = unobserved * (spec.maxPowerWatts ?? 0) * Math.max(shares.dynamic, shares.static)
    attributed.extend(to, {
      machine,
      dynamic: dynamicJoules,
      static: staticJoules,
      low: low * spec.band.low,
      high: high * spec.band.high + ceiling,
      unobserved,
    })
  }

  let breakpoint = 0
  for (let i = 1; i < curve.times.length; i++) {
    let from = curve.times[i - 1]!
    const to = curve.times[i]!
    const joules = curve.joules[i]! - curve.joules[i - 1]!
    const unobserved = curve.unobserved[i]! - curve.unobserved[i - 1]!
    const whole = to - from
    let booked = 0
    let dark = 0
    while (breakpoint < usage.length && usage[breakpoint]!.to <= from) breakpoint++
    for (; breakpoint < usage.length && usage[breakpoint]!.to < to; breakpoint++) {
      const edge = usage[breakpoint]!.to
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
