import { join } from 'node:path'
import { openKeptFile } from './kept-file.js'
import { readText } from './read-text.js'
import { ownPid } from './usage/own-pid.js'
import { readProcessStat } from './usage/process-stat.js'

/** Whose process it is. `unknown`: the id may mean another process here than it does to the driver. */
export type ProcessOwner = 'ours' | 'others' | 'unknown'

/** Tells whose processes are. Drivers count processes in the namespace of the host. */
export interface ProcessOwners {
  /** Whether ids of the driver can be looked up at all. */
  readonly reliable: boolean
  ownerOf(pid: number): ProcessOwner
  /** Forgets all processes but these: their ids may be used again. */
  keepOnly(pids: readonly number[]): void
}

/** Only the host's namespace shows kernel threads, the first of which is always process 2. */
const showsHostProcesses = (procRoot: string): boolean => readText(join(procRoot, '2/comm')) === 'kthreadd'

const parentOf = (procRoot: string, pid: number): number | undefined => {
  try {
    const file = openKeptFile(join(procRoot, String(pid), 'stat'))
    const stat = readProcessStat(file)
    file.close()
    return stat?.parent
  } catch {
    return undefined
  }
}

const byAncestors = (procRoot: string): ProcessOwners['ownerOf'] => {
  const root = ownPid(procRoot)
  return pid => {
    let at: number | undefined = pid
    while (at !== undefined && at > 1) {
      if (at === root) return 'ours'
      at = parentOf(procRoot, at)
    }
    // One that cannot be looked up is another user's (hidepid), or ended before we ever saw it.
    return 'others'
  }
}

/** Ids are the system's own, but nothing tells who started whom. */
const byIdentity: ProcessOwners['ownerOf'] = pid => (pid === process.pid ? 'ours' : 'unknown')

/** Remembers what it found: a process does not change hands while it lives. */
export const processOwners = (procRoot: string, platform: NodeJS.Platform): ProcessOwners => {
  const reliable = platform === 'win32' || showsHostProcesses(procRoot)
  const find = platform === 'win32' ? byIdentity : byAncestors(procRoot)
  const known = new Map<number, ProcessOwner>()
  return {
    reliable,
    ownerOf(pid) {
      if (!reliable) return 'unknown'
      const owner = known.get(pid) ?? find(pid)
      if (owner !== 'unknown') known.set(pid, owner)
      return owner
    },
    keepOnly(pids) {
      for (const pid of known.keys()) if (!pids.includes(pid)) known.delete(pid)
    },
  }
}
