import { readdirSync } from 'node:fs'
import { TICKS_PER_SECOND } from './machine-times.js'
import { type ProcessStat, readStatOf } from './process-stat.js'
import type { ActiveCount } from './usage.js'

/** What counts as being at work: a hundredth of a core. Below it are daemons that wake up now and then. */
const ACTIVE_SHARE = 0.01

/** The first count is due soon, so that short runs have one; later ones need not be often. */
const FIRST_INTERVAL_MS = 2000
const INTERVAL_MS = 10_000

/** Counting reads a file of every process, some 50 µs each: at most this share of the time. */
const DUTY = 0.0005

/** The parent of all kernel threads, and process 2 itself. */
const KERNEL = 2

interface Snapshot {
  readonly at: number
  readonly stats: ReadonlyMap<number, ProcessStat>
}

const readStats = (procRoot: string): Map<number, ProcessStat> => {
  const stats = new Map<number, ProcessStat>()
  for (const entry of readdirSync(procRoot)) {
    if (!/^\d+$/.test(entry)) continue
    const pid = Number(entry)
    // Undefined: ended since the directory was listed.
    const stat = readStatOf(procRoot, pid)
    if (stat && pid !== KERNEL && stat.parent !== KERNEL) stats.set(pid, stat)
  }
  return stats
}

const isBelow = (stats: ReadonlyMap<number, ProcessStat>, pid: number, root: number): boolean => {
  let at: number | undefined = pid
  // A loop cannot be: parents are older. The bound is for files that lie.
  for (let step = 0; at !== undefined && at > 0 && step < 100; step++) {
    if (at === root) return true
    at = stats.get(at)?.parent
  }
  return false
}

const count = (before: Snapshot, after: Snapshot, root: number): ActiveCount => {
  const ticks = (ACTIVE_SHARE * TICKS_PER_SECOND * (after.at - before.at)) / 1000
  let ours = 0
  let all = 0
  for (const [pid, stat] of after.stats) {
    const earlier = before.stats.get(pid)
    // A pid that is used again is another process, all of whose time is new.
    const own = stat.own - (earlier?.start === stat.start ? earlier.own : 0)
    if (own < ticks) continue
    all++
    if (isBelow(after.stats, pid, root)) ours++
  }
  return { ours, all }
}

/** Counts the processes that are at work on this machine, seldom enough to cost next to nothing. */
export class ActiveProcesses {
  readonly #procRoot: string
  readonly #root: number
  readonly #now: () => number
  #last: Snapshot
  #due: number

  /** @param now Milliseconds of a monotonic clock. @throws When `/proc` cannot be listed. */
  constructor(procRoot: string, root: number, now: () => number) {
    this.#procRoot = procRoot
    this.#root = root
    this.#now = now
    this.#last = { at: now(), stats: readStats(procRoot) }
    this.#due = this.#last.at + FIRST_INTERVAL_MS
  }

  /** The count since the last one when it is due, else undefined. */
  read(): ActiveCount | undefined {
    const at = this.#now()
    if (at < this.#due) return undefined
    try {
      const next = { at, stats: readStats(this.#procRoot) }
      const counted = count(this.#last, next, this.#root)
      this.#last = next
      this.#due = at + Math.max(INTERVAL_MS, (this.#now() - at) / DUTY)
      return counted
    } catch {
      this.#due = at + INTERVAL_MS
      return undefined
    }
  }
}
