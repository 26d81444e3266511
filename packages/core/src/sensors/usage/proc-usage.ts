import { openMachineTimes } from './machine-times.js'
import { processSeconds } from './node-usage.js'
import { ownPid } from './own-pid.js'
import { ProcessTree } from './process-tree.js'
import type { UsageSource } from './usage.js'

/**
 * The machine's and the process tree's CPU time from `/proc`.
 *
 * @param now Milliseconds of a monotonic clock; it paces the search for new processes.
 * @throws When `procRoot` lacks what is needed.
 */
export const openProcUsage = (procRoot: string, now: () => number): UsageSource => {
  const machine = openMachineTimes(procRoot)
  let tree: ProcessTree
  try {
    tree = new ProcessTree(procRoot, ownPid(procRoot), now)
  } catch (error) {
    machine.close()
    throw error
  }
  // The system call knows microseconds, the file hundredths of a second. Another root may show another machine.
  const ownSeconds = procRoot === '/proc' ? processSeconds : undefined
  let highest = 0
  return {
    name: '/proc',
    read() {
      const times = machine.read()
      if (!times) return undefined
      const { rootSeconds, belowSeconds } = tree.read()
      // Rounding of the files may let the sum fall by hundredths of a second.
      highest = Math.max(highest, (ownSeconds?.() ?? rootSeconds) + belowSeconds)
      return { ...times, treeSeconds: highest }
    },
    close() {
      machine.close()
      tree.close()
    },
  }
}

/**
 * The machine from `/proc`, this process without its children: two system calls a reading, for callers that read
 * often and start no processes.
 *
 * @throws When `procRoot` lacks what is needed.
 */
export const openOwnProcessUsage = (procRoot: string): UsageSource => {
  const machine = openMachineTimes(procRoot)
  return {
    name: '/proc, without child processes',
    read() {
      const times = machine.read()
      return times && { ...times, treeSeconds: processSeconds() }
    },
    close: machine.close,
  }
}
