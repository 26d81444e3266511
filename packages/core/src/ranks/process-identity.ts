import { readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Names a process for good: ids are used again, but not with the same time of start. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks since boot; absent where the system does not show it. */
  readonly startTicks?: number
}

interface ProcessLine extends ProcessIdentity {
  readonly parent: number
}

const readProcess = (procRoot: string, pid: number): ProcessLine | undefined => {
  try {
    const stat = readFileSync(join(procRoot, String(pid), 'stat'), 'latin1')
    // The name, in parentheses, may hold anything: fields are counted after its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A process that has ended but was not waited for does nothing any more.
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    return { pid, parent: Number(fields[1]), startTicks: Number(fields[19]) }
  } catch {
    return undefined
  }
}

/** The numbering of processes that this one sees, e.g. `pid:[4026531836]`; containers have their own. */
export const pidNamespace = (procRoot: string): string | undefined => {
  try {
    return readlinkSync(join(procRoot, 'self/ns/pid'))
  } catch {
    return undefined
  }
}

/** Whether that very process still lives. Where nothing can be seen of processes, by a signal that does nothing. */
export const isAlive = ({ pid, startTicks }: ProcessIdentity, procRoot: string): boolean => {
  if (startTicks !== undefined) return readProcess(procRoot, pid)?.startTicks === startTicks
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Whether a process was started by another, directly or not. */
export const isBelow = (pid: number, ancestor: number, procRoot: string): boolean => {
  let current = readProcess(procRoot, pid)
  // Deeper than any tree of launchers; guards against a file that names itself.
  for (let depth = 0; current && depth < 64; depth++) {
    if (current.parent === ancestor) return true
    current = readProcess(procRoot, current.parent)
  }
  return false
}
