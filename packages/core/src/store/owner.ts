import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { SAMPLES_FILE } from '../journal/files.js'
import type { RunEntry } from '../journal/entry.js'

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
    const { mtimeMs } = statSync(join(directory, SAMPLES_FILE))
    return Date.now() - mtimeMs > Math.max(SILENT_MS, SILENT_INTERVALS * intervalMs)
  } catch {
    return true
  }
}

/** Whether the process that wrote a journal is still writing it. */
export const isOwnerAlive = (run: RunEntry, directory: string): boolean => {
  const { pid, startTicks, boot } = run.owner
  const hereBoot = readBoot('/proc')
  // Another boot: the machine was restarted, or the store is shared and the writer is on another machine.
  if (boot !== undefined && boot !== hereBoot) return !silentSince(directory, run.samplingIntervalMs)
  if (startTicks !== undefined) return readStartTicks('/proc', pid) === startTicks
  try {
    process.kill(pid, 0)
    return !silentSince(directory, run.samplingIntervalMs)
  } catch {
    return false
  }
}
