import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type KeptFile, openKeptFile } from '../kept-file.js'
import { readText } from '../read-text.js'
import { type CgroupPlace, cgroupPlaces } from './cgroup-place.js'
import { type ProcessStat, readStatOf } from './process-stat.js'

/** The process tree as it is followed through `/proc`. */
export interface FollowedTree {
  readonly root: number
  /** The root and all that are followed. */
  readonly pids: ReadonlySet<number>
  /** Follows a process of ours that the tree lost before it saw it; its time until now is not the tree's. */
  adopt(pid: number): void
}

/** A group with more groups below it is a system's, not a job's. */
const MAX_GROUPS = 64

/** A group with others in it is seldom ours soon: a login session, a whole machine. */
const AGAIN_MS = 30_000

const USAGE_FILE = { 1: 'cpuacct.usage', 2: 'cpu.stat' } as const

const buffer = Buffer.alloc(256)

/** CPU time of a group and all below it: `usage_usec 12` in version 2, plain nanoseconds in version 1. */
const readSeconds = (file: KeptFile, version: 1 | 2): number | undefined => {
  try {
    const text = buffer.toString('latin1', 0, file.readInto(buffer))
    const figure = version === 2 ? /^usage_usec (\d+)$/m.exec(text)?.[1] : /^\d+(?=\n)/.exec(text)?.[0]
    return figure === undefined ? undefined : Number(figure) / (version === 2 ? 1e6 : 1e9)
  } catch {
    return undefined
  }
}

/** Groups directly below one. A directory without any has two links, which is cheaper to ask than to list its files. */
const groupsBelow = (directory: string): string[] =>
  statSync(directory).nlink === 2
    ? []
    : readdirSync(directory, { withFileTypes: true })
        .filter(entry => entry.isDirectory())
        .map(({ name }) => join(directory, name))

/** Processes of a group and of those below it. Undefined where they cannot all be listed. */
const listProcesses = (directory: string): Set<number> | undefined => {
  const pids = new Set<number>()
  const groups = [directory]
  for (let place = 0; place < groups.length; place++) {
    if (groups.length > MAX_GROUPS) return undefined
    const procs = readText(join(groups[place]!, 'cgroup.procs'))
    if (procs === undefined) return undefined
    for (const pid of procs.split('\n')) if (pid !== '') pids.add(Number(pid))
    try {
      groups.push(...groupsBelow(groups[place]!))
    } catch {
      return undefined
    }
  }
  return pids
}

/**
 * Who may become the parent of our orphans: process 1 and whoever of our ancestors has asked for it. Not our own parent,
 * unless it is process 1: what it has started beside us would look the same.
 */
const reapersOf = (procRoot: string, root: number): Set<number> => {
  const reapers = new Set([1])
  let pid = readStatOf(procRoot, root)?.parent
  for (let step = 0; pid !== undefined && pid > 1 && step < 100; step++) {
    if (step > 0) reapers.add(pid)
    pid = readStatOf(procRoot, pid)?.parent
  }
  return reapers
}

/**
 * The control group that this process runs in, as far as it holds our process tree and nothing else: a container, a
 * service or scope of systemd, a step of Slurm. Its processor time then has in it what `/proc` loses: children nobody
 * waited for, and orphans that lived and ended unseen.
 */
export class OwnCgroup {
  readonly version: 1 | 2
  readonly #procRoot: string
  readonly #directory: string
  readonly #usage: KeptFile
  readonly #rootStart: number
  readonly #reapers: ReadonlySet<number>
  #isOurs = false
  #nextLook = Number.NEGATIVE_INFINITY

  /** @throws When the group tells no processor time. */
  constructor(procRoot: string, { version, mountPoint, steps }: CgroupPlace, root: number) {
    this.version = version
    this.#procRoot = procRoot
    this.#directory = join(mountPoint, ...steps)
    this.#rootStart = readStatOf(procRoot, root)?.start ?? Number.POSITIVE_INFINITY
    this.#reapers = reapersOf(procRoot, root)
    this.#usage = openKeptFile(join(this.#directory, USAGE_FILE[version]))
    if (readSeconds(this.#usage, version) !== undefined) return
    this.#usage.close()
    throw new Error(`${this.#directory} tells no processor time.`)
  }

  /**
   * Looks who is in the group, which is worth doing whenever processes have been started.
   *
   * @param now Milliseconds of a monotonic clock.
   */
  look(tree: FollowedTree, now: number): void {
    if (now < this.#nextLook) return
    const orphans = this.#orphansIfOurs(tree)
    this.#isOurs = orphans !== undefined
    if (!this.#isOurs) this.#nextLook = now + AGAIN_MS
    for (const pid of orphans ?? []) tree.adopt(pid)
  }

  /** Undefined where the group is not ours alone, else those in it whom the tree has lost. */
  #orphansIfOurs({ root, pids }: FollowedTree): number[] | undefined {
    const listed = listProcesses(this.#directory)
    if (!listed?.has(root)) return undefined
    for (const pid of pids) {
      // Zombies are in no list. Who is alive and not in the list works in another group.
      if (!listed.has(pid) && readStatOf(this.#procRoot, pid)?.isZombie === false) return undefined
    }
    const orphans: number[] = []
    for (const pid of listed) {
      if (pids.has(pid)) continue
      const stat = readStatOf(this.#procRoot, pid)
      // 0 is somebody of another namespace, whose files we do not have; others without files have ended meanwhile.
      if (!stat && pid !== 0) continue
      if (!stat || !this.#mayBeOurs(stat, listed, pids)) return undefined
      if (this.#reapers.has(stat.parent) && !pids.has(stat.parent)) orphans.push(pid)
    }
    return orphans
  }

  /** Born in the group of ours and after us. Who is put into it from outside has its parent there. */
  #mayBeOurs(
    { parent, start }: ProcessStat,
    listed: ReadonlySet<number>,
    pids: ReadonlySet<number>,
  ): boolean {
    const hasFamily = listed.has(parent) || pids.has(parent) || this.#reapers.has(parent)
    return hasFamily && start > this.#rootStart
  }

  /** CPU time of the group since some point, seconds; undefined while others than ours are in it. */
  seconds(): number | undefined {
    return this.#isOurs ? readSeconds(this.#usage, this.version) : undefined
  }

  close(): void {
    this.#usage.close()
  }
}

/** The groups of this process that tell processor time: the first that proves to be ours counts. Never throws. */
export const openOwnCgroups = (procRoot: string, root: number): OwnCgroup[] =>
  cgroupPlaces(procRoot, 'cpuacct').flatMap(place => {
    try {
      return [new OwnCgroup(procRoot, place, root)]
    } catch {
      return []
    }
  })
