import { join } from 'node:path'
import { type KeptFile, openKeptFile } from '../kept-file.js'

/** What `/proc/<pid>/stat` says of a process, CPU time in ticks. */
export interface ProcessStat {
  readonly parent: number
  /** utime + stime: all its threads, ended ones included. */
  readonly own: number
  /** cutime + cstime: children that ended and were waited for, with theirs. */
  readonly reaped: number
  /** Since boot. With the pid it identifies a process: pids are used again. */
  readonly start: number
  /** Memory that it has in use, pages; those shared with others included. */
  readonly residentPages: number
  /** Ended, and not waited for yet. */
  readonly isZombie: boolean
}

const buffer = Buffer.alloc(1024)

/** Undefined when the process is gone. */
export const readProcessStat = (file: KeptFile): ProcessStat | undefined => {
  let length: number
  try {
    length = file.readInto(buffer)
  } catch {
    return undefined
  }
  const line = buffer.toString('latin1', 0, length)
  // The name before may contain spaces and parentheses; nothing after it does.
  const afterName = line.lastIndexOf(')')
  if (afterName < 0) return undefined
  // The first of these is field 3.
  const fields = line.slice(afterName + 2).split(' ', 22)
  const field = (number: number): number => Number(fields[number - 3])
  const stat = {
    parent: field(4),
    own: field(14) + field(15),
    reaped: field(16) + field(17),
    start: field(22),
    residentPages: field(24),
    isZombie: fields[0] === 'Z',
  }
  return Number.isNaN(stat.own + stat.reaped + stat.start) ? undefined : stat
}

/** The same for a process that is looked at once. */
export const readStatOf = (procRoot: string, pid: number): ProcessStat | undefined => {
  try {
    const file = openKeptFile(join(procRoot, String(pid), 'stat'))
    const stat = readProcessStat(file)
    file.close()
    return stat
  } catch {
    return undefined
  }
}
