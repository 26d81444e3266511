import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CgroupTree } from './cgroup-tree.js'
import { InPlaceFile, padded } from './in-place-file.js'

/** USER_HZ: the unit of CPU time in `/proc`, the same on all platforms that Node runs on. */
const FEMTOSECONDS_PER_TICK = 10n ** 13n
const NANOSECONDS_PER_TICK = 10n ** 7n

export interface SpawnOptions {
  readonly parent?: number
  /** Cores kept busy, 0 to the machine's threads. */
  readonly cores?: number
  /** Forked by the nth thread of its parent (0 is the main thread). */
  readonly parentThread?: number
  readonly pid?: number
  /** Name of the executable, parentheses and spaces allowed. */
  readonly command?: string
}

interface Process {
  readonly pid: number
  parent: number
  parentThread: number
  readonly command: string
  readonly startTicks: bigint
  /** Path of its control group, where it is in one that can be seen. */
  group: string | undefined
  microcores: bigint
  /** Own CPU time and that of reaped children, femtoseconds. */
  own: bigint
  reaped: bigint
  readonly stat: InPlaceFile
}

const toMicrocores = (cores: number): bigint => BigInt(Math.round(cores * 1e6))
const toTicks = (femtoseconds: bigint): bigint => femtoseconds / FEMTOSECONDS_PER_TICK

/** Its last field is the newest process id. */
const loadavgText = (newest: number): string => `0.10 0.10 0.10 1/100 ${padded(newest, 8)}\n`

/** The part of `/proc` that tells CPU time: the machine's, and each process's with its family. */
export class ProcTree {
  readonly #root: string
  readonly #threads: number
  readonly #childrenFiles: boolean
  readonly #machine: InPlaceFile
  readonly #uptime: InPlaceFile
  readonly #loadavg: InPlaceFile
  readonly #processes = new Map<number, Process>()
  #cgroups: CgroupTree | undefined
  #now = 0n
  #busy = 0n
  #steal = 0n
  #background = 0n
  #stealMicrocores = 0n
  #nextPid = 5000

  constructor(root: string, threads: number, childrenFiles: boolean) {
    this.#root = root
    this.#threads = threads
    this.#childrenFiles = childrenFiles
    this.#machine = new InPlaceFile(join(root, 'stat'), this.#machineText())
    this.#uptime = new InPlaceFile(join(root, 'uptime'), this.#uptimeText())
    this.#loadavg = new InPlaceFile(join(root, 'loadavg'), loadavgText(0))
  }

  #machineText(): string {
    const busy = toTicks(this.#busy)
    const steal = toTicks(this.#steal)
    const capacity = (this.#now * BigInt(this.#threads)) / NANOSECONDS_PER_TICK
    const idle = capacity - busy - steal
    const user = (busy * 7n) / 10n
    const iowait = idle / 20n
    // A twentieth of user time is shown as guest time too: it is inside user, not beside it.
    const fields = [user, 0, busy - user, idle - iowait, iowait, 0, 0, steal, user / 20n, 0]
    return `cpu  ${fields.map(field => padded(field, 12)).join(' ')}\nctxt 1\n`
  }

  #uptimeText(): string {
    const ticks = this.#now / NANOSECONDS_PER_TICK
    return `${padded(ticks / 100n, 10)}.${padded(ticks % 100n, 2)} 0000000000.00\n`
  }

  #statText(process: Omit<Process, 'stat'>): string {
    const own = toTicks(process.own)
    const reaped = toTicks(process.reaped)
    const times = [own - own / 5n, own / 5n, reaped - reaped / 5n, reaped / 5n].map(value =>
      padded(value, 12),
    )
    const before = `${process.pid} (${process.command}) S ${padded(process.parent, 7)} 1 1 0 -1 4194304 10 0 0 0`
    return `${before} ${times.join(' ')} 20 0 1 0 ${process.startTicks} 1000000 250 18446744073709551615 0 0\n`
  }

  #write(process: Process): void {
    process.stat.write(this.#statText(process))
  }

  #writeChildren(parent: number): void {
    const directory = join(this.#root, String(parent), 'task')
    if (!this.#childrenFiles || !this.#processes.has(parent)) return
    // Threads whose children have ended show an empty list.
    const byThread = new Map(readdirSync(directory).map(thread => [Number(thread) - parent, [] as number[]]))
    for (const { pid, parentThread, parent: of } of this.#processes.values()) {
      if (of === parent) byThread.set(parentThread, [...(byThread.get(parentThread) ?? []), pid])
    }
    for (const [thread, pids] of byThread) {
      const task = join(directory, String(parent + thread))
      mkdirSync(task, { recursive: true })
      writeFileSync(join(task, 'children'), pids.map(pid => `${pid} `).join(''))
    }
  }

  spawn(options: SpawnOptions): number {
    const { parent = 1, cores = 0, parentThread = 0, pid = this.#nextPid, command = 'train) (x' } = options
    this.#nextPid = Math.max(this.#nextPid, pid) + 20
    if (this.#processes.has(pid)) throw new RangeError(`Process ${pid} exists.`)
    this.#loadavg.write(loadavgText(pid))
    mkdirSync(join(this.#root, String(pid), 'task', String(pid)), { recursive: true })
    const process = {
      pid,
      parent,
      parentThread,
      command,
      startTicks: this.#now / NANOSECONDS_PER_TICK,
      group: this.#processes.get(parent)?.group,
      microcores: toMicrocores(cores),
      own: 0n,
      reaped: 0n,
    }
    const stat = new InPlaceFile(join(this.#root, String(pid), 'stat'), this.#statText(process))
    this.#processes.set(pid, { ...process, stat })
    this.#checkLoad()
    this.#writeChildren(pid)
    this.#writeChildren(parent)
    if (process.group !== undefined) this.#cgroups?.enter(pid, process.group)
    return pid
  }

  /** Marks a process as the reader itself: `self` points to it. */
  setSelf(pid: number): void {
    symlinkSync(String(pid), join(this.#root, 'self'))
  }

  setCgroups(cgroups: CgroupTree): void {
    this.#cgroups = cgroups
  }

  /** Puts a process into another control group; what it starts from now on is born there. */
  move(pid: number, group: string): void {
    const process = this.#get(pid)
    if (process.group !== undefined) this.#cgroups?.leave(pid, process.group)
    process.group = group
    this.#cgroups?.enter(pid, group)
  }

  setCores(pid: number, cores: number): void {
    this.#get(pid).microcores = toMicrocores(cores)
    this.#checkLoad()
  }

  /** CPU time of processes that have no directory here, and time stolen by other guests. */
  setBackground(cores: number, stolenCores: number): void {
    this.#background = toMicrocores(cores)
    this.#stealMicrocores = toMicrocores(stolenCores)
    this.#checkLoad()
  }

  #get(pid: number): Process {
    const process = this.#processes.get(pid)
    if (!process) throw new RangeError(`There is no process ${pid}.`)
    return process
  }

  #checkLoad(): void {
    let load = this.#background + this.#stealMicrocores
    for (const { microcores } of this.#processes.values()) load += microcores
    if (load > toMicrocores(this.#threads)) throw new RangeError('More cores are busy than the machine has.')
  }

  /**
   * Ends a process. Its CPU time goes to its parent, unless that ignores SIGCHLD (`reaped: false`); its children go to
   * process 1.
   */
  exit(pid: number, reaped: boolean): void {
    const process = this.#get(pid)
    process.stat.remove()
    rmSync(join(this.#root, String(pid)), { recursive: true })
    this.#processes.delete(pid)
    if (process.group !== undefined) this.#cgroups?.leave(pid, process.group)
    const parent = this.#processes.get(process.parent)
    if (parent && reaped) {
      parent.reaped += process.own + process.reaped
      this.#write(parent)
    }
    this.#writeChildren(process.parent)
    for (const child of this.#processes.values()) if (child.parent === pid) this.adopt(child.pid, 1)
  }

  /** Gives a process another parent, as the kernel does with orphans. */
  adopt(pid: number, parent: number): void {
    const process = this.#get(pid)
    const before = process.parent
    process.parent = parent
    process.parentThread = 0
    this.#write(process)
    this.#writeChildren(before)
    this.#writeChildren(parent)
  }

  advance(to: bigint): void {
    const elapsed = to - this.#now
    this.#now = to
    let load = this.#background
    for (const process of this.#processes.values()) {
      if (process.microcores === 0n) continue
      load += process.microcores
      process.own += process.microcores * elapsed
      if (process.group !== undefined) this.#cgroups?.count(process.group, process.microcores * elapsed)
      this.#write(process)
    }
    this.#busy += load * elapsed
    this.#steal += this.#stealMicrocores * elapsed
    this.#machine.write(this.#machineText())
    this.#uptime.write(this.#uptimeText())
  }

  /** CPU time of one process so far, seconds, without its children. */
  ownSeconds(pid: number): number {
    return Number(this.#get(pid).own) / 1e15
  }

  close(): void {
    this.#machine.close()
    this.#uptime.close()
    this.#loadavg.close()
    this.#cgroups?.close()
    for (const { stat } of this.#processes.values()) stat.close()
  }
}
