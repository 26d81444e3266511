/**
 * CPU time since arbitrary fixed points, seconds. Only differences mean anything.
 *
 * `busy` = user + nice + system + irq + softirq of the machine, without steal; `capacity` = busy + idle + iowait;
 * `tree` = CPU time of this process and its descendants, those that have ended included.
 */
export interface UsageReading {
  readonly busySeconds: number
  readonly capacitySeconds: number
  readonly treeSeconds: number
  /** The descendants' part of `tree`; null: nobody looked, and they are not in it. Absent: it is not told apart. */
  readonly childrenSeconds?: number | null
  /** Version of the control group by which the time of descendants was counted since the last reading; else by `/proc`. */
  readonly cgroup?: 1 | 2
  /** Processes that were at work since the last count, where they are counted and a new count is there. */
  readonly activeProcesses?: ActiveCount
  /** Memory of the tree, where it is more than was ever said before. */
  readonly residentBytes?: number
}

/** Processes that used at least a hundredth of a core over the time of a count. */
export interface ActiveCount {
  /** Those of our tree. */
  readonly ours: number
  /** All that can be seen, ours included, kernel threads not. */
  readonly all: number
}

/** Reads CPU time. `read` never throws; undefined when the system would not say. */
export interface UsageSource {
  /** Where the numbers come from, for the record, e.g. `/proc`. */
  readonly name: string
  read(): UsageReading | undefined
  /** The same without looking for descendants, where that is cheaper: who follows them must be one thread. */
  readOwn?(): UsageReading | undefined
  close(): void
}
