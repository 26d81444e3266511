import type { ActiveSeries } from '../meter/active-series.js'
import { mapped } from '../meter/mapped.js'
import type { UsageInterval } from '../meter/usage-series.js'
import {
  type AttributionPolicy,
  always,
  SHARE_BAND,
  type ShareInterval,
  WHOLE,
  WHOLE_AT_MOST,
} from './shares.js'

/** The band vanishes where nearly all busy time is ours. */
const ALMOST_ALONE = 0.9

const staticShare = (
  policy: AttributionPolicy,
  busyShare: number,
  capacityShare: number,
  equalShare: number | undefined,
): number => {
  switch (policy.staticPolicy) {
    case 'none':
      return 0
    case 'capacity':
      return capacityShare
    case 'equal':
      return equalShare ?? busyShare
    case 'reserved':
      return policy.reservedShare ?? busyShare
    case 'full':
      return 1
    default:
      return busyShare
  }
}

const sharesOf = (
  policy: AttributionPolicy,
  interval: UsageInterval,
  active: Pick<ActiveSeries, 'shareAt'> | undefined,
): ShareInterval => {
  const { from, to, busySeconds, capacitySeconds, treeSeconds } = interval
  const busyShare = busySeconds > 0 ? Math.min(1, treeSeconds / busySeconds) : treeSeconds > 0 ? 1 : 0
  const capacityShare = capacitySeconds > 0 ? Math.min(1, treeSeconds / capacitySeconds) : 0
  return {
    from,
    to,
    dynamic: busyShare,
    static: staticShare(policy, busyShare, capacityShare, active?.shareAt(to)),
    relativeBand: busyShare > ALMOST_ALONE ? 0 : SHARE_BAND,
  }
}

/**
 * Shares of what processors and their memory used: of dynamic energy, our part of the machine's busy time; of static
 * energy, what the policy says.
 */
export const cpuShares = (
  policy: AttributionPolicy,
  usage: Iterable<UsageInterval>,
  active?: Pick<ActiveSeries, 'shareAt'>,
): Iterable<ShareInterval> => {
  if (policy.scope === 'machine') return always(WHOLE)
  const [first] = usage
  return first ? mapped(usage, interval => sharesOf(policy, interval, active)) : always(WHOLE_AT_MOST)
}
