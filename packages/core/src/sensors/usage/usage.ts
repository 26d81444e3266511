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
}

/** Reads CPU time. `read` never throws; undefined when the system would not say. */
export interface UsageSource {
  /** Where the numbers come from, for the record, e.g. `/proc`. */
  readonly name: string
  read(): UsageReading | undefined
  close(): void
}
