import type { UsageInterval } from '../meter/usage-series.js'

/** Processor time of a run, seconds. */
interface TotalUsage {
  readonly busy: number
  readonly capacity: number
  readonly tree: number
}

export const totalUsage = (usage: Iterable<UsageInterval>): TotalUsage => {
  let [busy, capacity, tree] = [0, 0, 0]
  for (const interval of usage) {
    busy += interval.busySeconds
    capacity += interval.capacitySeconds
    tree += interval.treeSeconds
  }
  return { busy, capacity, tree }
}
