import { readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Our process id in the namespace that `procRoot` shows, which in a container may be the host's. */
export const ownPid = (procRoot: string): number => {
  try {
    return Number(readlinkSync(join(procRoot, 'self'))) || process.pid
  } catch {
    return process.pid
  }
}
