import { join } from 'node:path'
import { type KeptFile, openKeptFile } from '../kept-file.js'
import { readText } from '../read-text.js'
import {
  descendantsByChildrenFiles,
  descendantsByScan,
  hasChildrenFiles,
  KeptChildren,
} from './find-descendants.js'
import { ForkWatch } from './fork-watch.js'
import { TICKS_PER_SECOND } from './machine-times.js'
import { type ProcessStat, readProcessStat } from './process-stat.js'

/** A process we follow. All times in ticks. */
interface Member {
  readonly pid: number
  /** CPU time from before it belonged to us; not ours. */
  readonly foreign: number
  /** Belongs to the process, not to its pid: once it ended, reading fails, also when the pid is used again. */
  readonly file: KeptFile
  /** As last read. */
  stat: ProcessStat
  /** `stat.reaped` at the end of the last round. */
  reapedBefore: number
}

/** What members that ended had used, as far as we saw it. */
interface Estate {
  ticks: number
  foreign: number
}

/** A little under a second, so that the jitter of a sampler at 1 Hz does not skip every other look. */
const DISCOVERY_INTERVAL_MS = 950

/** Orphans of others may be given to us without anybody being started; that is looked for at this pace. */
const ADOPTION_INTERVAL_MS = 10_000

/** Looking for processes must not become work worth measuring: at most this share of the time. */
const DISCOVERY_DUTY = 0.02

/** A parent's four fields are rounded apart from its children's. */
const ROUNDING_TICKS = 4

/** Followed at most; beyond it, children count when they are reaped. Keeps far away from the limit of descriptors. */
const MAX_MEMBERS = 512

const totalOf = ({ own, reaped }: ProcessStat): number => own + reaped

/**
 * CPU time of a process and all its descendants, over the whole life of the tree.
 *
 * A child's time moves to its parent's `reaped` when the parent waits for it, so the sum over living processes mostly
 * keeps what has ended. Two cases lose it, and are made good for from what was last seen: an orphan, which process 1
 * reaps, and a child of a parent that ignores SIGCHLD.
 */
export class ProcessTree {
  readonly #procRoot: string
  readonly #now: () => number
  /** The root's children; absent where the kernel lists none. */
  readonly #children: KeptChildren | undefined
  readonly #forks: ForkWatch
  readonly #root: Member
  /** Descendants only, parents before their children. */
  readonly #members = new Map<number, Member>()
  /** Ended in the middle of the last round. */
  #unsettled: ReadonlyMap<number, Member> = new Map()
  #retained = 0
  #nextDiscovery = Number.NEGATIVE_INFINITY
  #nextAdoption = Number.NEGATIVE_INFINITY
  /** Ticks since boot at the last discovery; undefined before the first. */
  #discoveredAt: number | undefined

  /** @throws When the process cannot be found in `procRoot`. */
  constructor(procRoot: string, pid: number, now: () => number) {
    this.#procRoot = procRoot
    this.#now = now
    const root = this.#follow(pid, () => 0)
    if (!root) throw Object.assign(new Error(`Process ${pid} is not in ${procRoot}.`), { code: 'ESRCH' })
    this.#root = root
    this.#children = hasChildrenFiles(procRoot, pid) ? new KeptChildren(procRoot, pid) : undefined
    this.#forks = new ForkWatch(procRoot)
  }

  #findDescendants(): number[] {
    const roots = [this.#root.pid, ...this.#members.keys()]
    const children = this.#children
    return children
      ? descendantsByChildrenFiles(this.#procRoot, roots, () => children.read())
      : descendantsByScan(this.#procRoot, roots)
  }

  #follow(pid: number, foreignTicks: (stat: ProcessStat) => number): Member | undefined {
    let file: KeptFile
    try {
      file = openKeptFile(join(this.#procRoot, String(pid), 'stat'))
    } catch {
      return undefined
    }
    const stat = readProcessStat(file)
    if (!stat) {
      file.close()
      return undefined
    }
    return { pid, foreign: foreignTicks(stat), file, stat, reapedBefore: stat.reaped }
  }

  /** Reads every member once, parents first. Returns those that have ended. */
  #readMembers(): Member[] {
    this.#root.stat = readProcessStat(this.#root.file) ?? this.#root.stat
    const ended: Member[] = []
    for (const member of this.#members.values()) {
      const stat = readProcessStat(member.file)
      if (stat) member.stat = stat
      else ended.push(member)
    }
    for (const member of ended) {
      member.file.close()
      this.#members.delete(member.pid)
    }
    return ended
  }

  /**
   * Reads until nobody ends meanwhile. Returns those whose parents were read after their end: only then do the parents
   * show what they inherited. The others wait for the next round.
   */
  #readConsistently(): Member[] {
    const ended = [...this.#unsettled.values()]
    let late = this.#readMembers()
    for (let attempt = 0; late.length > 0 && attempt < 3; attempt++) {
      ended.push(...late)
      late = this.#readMembers()
    }
    this.#unsettled = new Map(late.map(member => [member.pid, member]))
    return ended
  }

  /** Keeps the time of members that ended, unless their parent's `reaped` shows that it has it. */
  #settle(ended: readonly Member[]): void {
    const endedByPid = new Map(ended.map(member => [member.pid, member]))
    const estates = new Map<number, Estate>()
    for (const { stat, foreign } of ended) {
      // An ended parent's own time and that of its ended children reach the same heir.
      let heir = stat.parent
      for (let next = endedByPid.get(heir); next; next = endedByPid.get(heir)) heir = next.stat.parent
      const estate = estates.get(heir) ?? { ticks: 0, foreign: 0 }
      estate.ticks += totalOf(stat)
      estate.foreign += foreign
      estates.set(heir, estate)
    }
    for (const [pid, { ticks, foreign }] of estates) {
      const heir = pid === this.#root.pid ? this.#root : (this.#members.get(pid) ?? this.#unsettled.get(pid))
      const inherited = heir ? heir.stat.reaped - heir.reapedBefore : 0
      const missing = ticks - inherited
      this.#retained += (missing > ROUNDING_TICKS ? missing : 0) - foreign
    }
    this.#root.reapedBefore = this.#root.stat.reaped
    for (const member of this.#members.values()) member.reapedBefore = member.stat.reaped
  }

  /** Says whether it has looked. */
  #discoverWhenDue(): boolean {
    const began = this.#now()
    if (began < this.#nextDiscovery) return false
    if (!this.#forks.hasForked() && began < this.#nextAdoption) {
      this.#nextDiscovery = began + DISCOVERY_INTERVAL_MS
      return false
    }
    this.#nextAdoption = began + ADOPTION_INTERVAL_MS
    const seconds = Number(readText(join(this.#procRoot, 'uptime'))?.split(' ', 1)[0])
    const previous = this.#discoveredAt
    // Who is new to us but older than the last look was adopted (process 1 of a container adopts all orphans): what
    // it used before is not ours.
    const foreignTicks = (stat: ProcessStat): number =>
      previous !== undefined && stat.start < previous - 2 ? totalOf(stat) : 0
    for (const pid of this.#findDescendants()) {
      if (this.#members.size >= MAX_MEMBERS) break
      const member = this.#follow(pid, foreignTicks)
      if (member) this.#members.set(pid, member)
    }
    if (!Number.isNaN(seconds)) this.#discoveredAt = Math.floor(seconds * TICKS_PER_SECOND)
    const ended = this.#now()
    this.#nextDiscovery = Math.max(began + DISCOVERY_INTERVAL_MS, ended + (ended - began) / DISCOVERY_DUTY)
    return true
  }

  /** Memory of the root and all that are followed, as last read. */
  get residentPages(): number {
    let pages = this.#root.stat.residentPages
    for (const { stat } of this.#members.values()) pages += stat.residentPages
    return pages
  }

  get root(): number {
    return this.#root.pid
  }

  /** The root and all that are followed. */
  get pids(): ReadonlySet<number> {
    return new Set([this.#root.pid, ...this.#members.keys()])
  }

  /** Follows a process that is ours but cannot be found from here; its time until now does not count. */
  adopt(pid: number): void {
    if (this.#members.size >= MAX_MEMBERS) return
    const member = this.#follow(pid, totalOf)
    if (member) this.#members.set(pid, member)
  }

  /**
   * Own CPU time of the root and CPU time of everything below it, seconds; the sum never falls but for rounding. And
   * whether new members were looked for.
   */
  read(): { readonly rootSeconds: number; readonly belowSeconds: number; readonly hasLooked: boolean } {
    this.#settle(this.#readConsistently())
    const hasLooked = this.#discoverWhenDue()
    let ticks = this.#retained + this.#root.stat.reaped
    for (const { stat, foreign } of this.#members.values()) ticks += totalOf(stat) - foreign
    return {
      rootSeconds: this.#root.stat.own / TICKS_PER_SECOND,
      belowSeconds: ticks / TICKS_PER_SECOND,
      hasLooked,
    }
  }

  /** CPU time of the root alone, seconds. */
  readOwn(): number {
    const stat = readProcessStat(this.#root.file) ?? this.#root.stat
    return stat.own / TICKS_PER_SECOND
  }

  close(): void {
    this.#children?.close()
    this.#forks.close()
    this.#root.file.close()
    for (const { file } of this.#members.values()) file.close()
    this.#members.clear()
  }
}
