import { ActiveProcesses } from './active-processes.js'
import { BelowSeconds } from './below-seconds.js'
import { openMachineTimes } from './machine-times.js'
import { processSeconds } from './node-usage.js'
import { openOwnCgroups } from './own-cgroup.js'
import { ownPid } from './own-pid.js'
import { ProcessTree } from './process-tree.js'
import { ResidentPeak } from './resident-peak.js'
import type { UsageSource } from './usage.js'

/** What paces a source, and what it is asked to look at. */
export interface UsageOptions {
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
  /** Count the processes at work, for the policy that shares static energy out to them equally. */
  readonly countActive?: boolean
}

/**
 * The machine's and the process tree's CPU time from `/proc`.
 *
 * @throws When `procRoot` lacks what is needed.
 */
export const openProcUsage = (procRoot: string, { now, countActive = false }: UsageOptions): UsageSource => {
  const machine = openMachineTimes(procRoot)
  const root = ownPid(procRoot)
  let tree: ProcessTree
  let active: ActiveProcesses | undefined
  try {
    tree = new ProcessTree(procRoot, root, now)
    active = countActive ? new ActiveProcesses(procRoot, root, now) : undefined
  } catch (error) {
    machine.close()
    throw error
  }
  // The system call knows microseconds, the file hundredths of a second. Another root may show another machine.
  const ownSeconds = procRoot === '/proc' ? processSeconds : undefined
  const peak = new ResidentPeak(procRoot)
  const below = new BelowSeconds(openOwnCgroups(procRoot, root), now)
  return {
    name: '/proc',
    read() {
      const times = machine.read()
      if (!times) return undefined
      const { rootSeconds, belowSeconds, hasLooked } = tree.read()
      const own = ownSeconds?.() ?? rootSeconds
      const { seconds, cgroup } = below.next(tree, own, belowSeconds, hasLooked)
      const activeProcesses = active?.read()
      const residentBytes = peak.next(tree.residentPages)
      return {
        ...times,
        treeSeconds: own + seconds,
        childrenSeconds: seconds,
        ...(cgroup && { cgroup }),
        ...(activeProcesses && { activeProcesses }),
        ...(residentBytes !== undefined && { residentBytes }),
      }
    },
    readOwn() {
      const times = machine.read()
      return times && { ...times, treeSeconds: ownSeconds?.() ?? tree.readOwn(), childrenSeconds: null }
    },
    close() {
      machine.close()
      tree.close()
      below.close()
    },
  }
}
