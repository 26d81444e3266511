import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { RunEntry } from '../journal/entry.js'
import { SAMPLES_FILE } from '../journal/files.js'
import { lastSegment } from '../journal/segments.js'
import { zod } from '../lazy-zod.js'

const readBoot = (procRoot: string): string | undefined => {
  try {
    return readFileSync(join(procRoot, 'sys/kernel/random/boot_id'), 'utf8').trim()
  } catch {
    return undefined
  }
}

/** Field 22 of /proc/<pid>/stat: when the process started. With the pid it names a process for good. */
const readStartTicks = (procRoot: string, pid: number): number | undefined => {
  try {
    const stat = readFileSync(join(procRoot, String(pid), 'stat'), 'utf8')
    // The command name, in parentheses, may contain anything; fields are counted after its end.
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
    return Number.isFinite(ticks) ? ticks : undefined
  } catch {
    return undefined
  }
}

/** Names this process so that a later one can tell whether it still lives. */
export const currentOwner = (): RunEntry['owner'] => {
  const startTicks = readStartTicks('/proc', process.pid)
  const boot = readBoot('/proc')
  return { pid: process.pid, ...(startTicks !== undefined && { startTicks }), ...(boot && { boot }) }
}

/** Silence of this many sampling intervals, and a minute at least, is taken for death where a process cannot be seen. */
const SILENT_INTERVALS = 10
const SILENT_MS = 60_000

const silentSince = (directory: string, intervalMs: number): boolean => {
  try {
    const { mtimeMs } = statSync(lastSegment(directory, SAMPLES_FILE))
    return Date.now() - mtimeMs > Math.max(SILENT_MS, SILENT_INTERVALS * intervalMs)
  } catch {
    return true
  }
}

/** What the mark of an open run holds: who writes the run, and how often. */
export interface OpenMark {
  readonly owner: RunEntry['owner']
  readonly samplingIntervalMs: number
}

/** Reads the mark of an open run; undefined for one that says nothing usable, which is nobody's. */
export const parseOpenMark = (text: string): OpenMark | undefined => {
  const z = zod()
  const schema = z.object({
    owner: z.object({
      pid: z.number().int(),
      startTicks: z.number().optional(),
      boot: z.string().optional(),
    }),
    samplingIntervalMs: z.number().positive(),
  })
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Whether the process that began a run is still writing it. */
export const isOwnerAlive = ({ owner, samplingIntervalMs }: OpenMark, directory: string): boolean => {
  const { pid, startTicks, boot } = owner
  // Another boot: the machine was restarted, or the store is shared and the writer is on another machine.
  if (boot !== undefined && boot !== readBoot('/proc')) return !silentSince(directory, samplingIntervalMs)
  if (startTicks !== undefined) return readStartTicks('/proc', pid) === startTicks
  try {
    process.kill(pid, 0)
    return !silentSince(directory, samplingIntervalMs)
  } catch {
    return false
  }
}
