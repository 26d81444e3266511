import type { DeviceUseInterval } from '../meter/device-use-series.js'
import { mapped } from '../meter/mapped.js'
import type { SensorSpec } from '../sensors/sensor.js'
import {
  type AttributionPolicy,
  always,
  SHARE_BAND,
  type ShareInterval,
  type Shares,
  WHOLE,
  WHOLE_AT_MOST,
} from './shares.js'

/**
 * Energy does not follow slices: a partition that idles while another computes, and the other way round, are this far
 * from its even part and further. Our choice; no published model does better across boards.
 */
const PARTITION_BAND = 0.5

const byPolicy = ({ staticPolicy }: AttributionPolicy, share: number, equalShare = share): number => {
  if (staticPolicy === 'none') return 0
  if (staticPolicy === 'equal') return equalShare
  return staticPolicy === 'full' ? 1 : share
}

const sharesOf = (policy: AttributionPolicy, use: DeviceUseInterval): Shares => {
  const { ours, others, unknown, ourWork, allWork } = use
  if (unknown > 0) return WHOLE_AT_MOST
  if (ours === 0) return { dynamic: 0, static: byPolicy(policy, 0), relativeBand: 0 }
  if (others === 0) return { dynamic: 1, static: byPolicy(policy, 1), relativeBand: 0 }
  // Nobody worked, or the board does not say who did: by heads, which is little more than a guess.
  const heads = ours / (ours + others)
  const share = allWork > 0 ? Math.min(1, ourWork / allWork) : heads
  return {
    dynamic: share,
    static: byPolicy(policy, share, heads),
    relativeBand: allWork > 0 ? SHARE_BAND : 1,
  }
}

/**
 * Shares of what a device such as a GPU used. Processor time says nothing of it: a process that computes there alone
 * has all of it, several share by the device's own utilisation by process, and where nobody can tell whose the
 * processes are, the whole device is an upper bound.
 */
export const deviceShares = (
  policy: AttributionPolicy,
  { share }: Pick<SensorSpec, 'share'>,
  uses: Iterable<DeviceUseInterval>,
): Iterable<ShareInterval> => {
  if (policy.scope === 'machine') return always(WHOLE)
  if (share !== undefined) {
    return always({ dynamic: share, static: byPolicy(policy, share), relativeBand: PARTITION_BAND })
  }
  const [first] = uses
  if (!first) return always(WHOLE_AT_MOST)
  return mapped(uses, use => {
    const { dynamic, static: idle, relativeBand } = sharesOf(policy, use)
    return { from: use.from, to: use.to, dynamic, static: idle, relativeBand }
  })
}

/** Whether the whole device was booked for want of knowing better, at any time. */
export const isUpperBound = (intervals: Iterable<ShareInterval>): boolean => {
  for (const { dynamic, relativeBand } of intervals) if (dynamic === 1 && relativeBand === 1) return true
  return false
}
