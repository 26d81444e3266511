import { cpus } from 'node:os'
import type { UsageReading, UsageSource } from './usage.js'

/** CPU time of this process, all its threads included, seconds. */
export const processSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

const readNodeUsage = (): UsageReading | undefined => {
  let busy = 0
  let idle = 0
  for (const { times } of cpus()) {
    busy += times.user + times.nice + times.sys + times.irq
    idle += times.idle
  }
  // Some containers show no processors at all.
  if (busy + idle === 0) return undefined
  return { busySeconds: busy / 1000, capacitySeconds: (busy + idle) / 1000, treeSeconds: processSeconds() }
}

/**
 * For platforms without `/proc`: the machine by `os.cpus()`, this process without its children by
 * `process.cpuUsage()`.
 */
export const openNodeUsage = (): UsageSource => ({
  name: 'node:os, without child processes',
  read: readNodeUsage,
  close: () => {},
})
