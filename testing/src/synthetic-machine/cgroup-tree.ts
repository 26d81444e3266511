import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InPlaceFile, padded } from './in-place-file.js'

export interface CgroupOptions {
  readonly version: 1 | 2
  /** The reader's group below what is mounted: `/` in a container. */
  readonly group: string
  /**
   * What of the host's hierarchy is mounted, e.g. `/docker/f00`: a container that shows the host's paths. By default
   * `/`, as on a host and in a container with a namespace of its own.
   */
  readonly root?: string
}

interface Group {
  readonly directory: string
  readonly usage: InPlaceFile
  readonly pids: Set<number>
  /** CPU time of its processes and of the groups below, femtoseconds. */
  femtoseconds: bigint
}

/** The group and those above it, outermost first: `/a/b` gives `/`, `/a`, `/a/b`. */
const lineage = (path: string): string[] => {
  const steps = path.split('/').filter(step => step !== '')
  return ['/', ...steps.map((_, depth) => `/${steps.slice(0, depth + 1).join('/')}`)]
}

/** A hierarchy of control groups that counts CPU time, and the files of `/proc` that lead to it. */
export class CgroupTree {
  readonly #mountPoint: string
  readonly #version: 1 | 2
  readonly #groups = new Map<string, Group>()

  /** @param readerDirectory The reader's own directory in `/proc`. */
  constructor(mountPoint: string, readerDirectory: string, { version, group, root = '/' }: CgroupOptions) {
    this.#mountPoint = mountPoint
    this.#version = version
    const shown = join(root, group).replace(/(?<=.)\/$/, '')
    const type = version === 2 ? 'cgroup2 cgroup2 rw' : 'cgroup cgroup rw,cpu,cpuacct'
    const escaped = mountPoint.replaceAll(' ', '\\040')
    writeFileSync(
      join(readerDirectory, 'mountinfo'),
      `31 23 0:28 ${root} ${escaped} rw,relatime shared:9 - ${type}\n`,
    )
    writeFileSync(
      join(readerDirectory, 'cgroup'),
      version === 2 ? `0::${shown}\n` : `4:memory:${shown}\n3:cpu,cpuacct:${shown}\n`,
    )
    this.#group(group)
  }

  #usageText(femtoseconds: bigint): string {
    if (this.#version === 1) return `${padded(femtoseconds / 10n ** 6n, 18)}\n`
    const microseconds = padded(femtoseconds / 10n ** 9n, 15)
    return `usage_usec ${microseconds}\nuser_usec ${microseconds}\nsystem_usec 0\n`
  }

  #group(path: string): Group {
    const steps = lineage(path)
    for (const step of steps) {
      if (this.#groups.has(step)) continue
      const directory = join(this.#mountPoint, step)
      mkdirSync(directory, { recursive: true })
      writeFileSync(join(directory, 'cgroup.procs'), '')
      const file = this.#version === 1 ? 'cpuacct.usage' : 'cpu.stat'
      const usage = new InPlaceFile(join(directory, file), this.#usageText(0n))
      this.#groups.set(step, { directory, usage, pids: new Set(), femtoseconds: 0n })
    }
    return this.#groups.get(steps.at(-1)!)!
  }

  #list({ directory, pids }: Group): void {
    writeFileSync(join(directory, 'cgroup.procs'), [...pids].map(pid => `${pid}\n`).join(''))
  }

  enter(pid: number, path: string): void {
    const group = this.#group(path)
    group.pids.add(pid)
    this.#list(group)
  }

  leave(pid: number, path: string): void {
    const group = this.#group(path)
    group.pids.delete(pid)
    this.#list(group)
  }

  count(path: string, femtoseconds: bigint): void {
    for (const step of lineage(path)) {
      const group = this.#group(step)
      group.femtoseconds += femtoseconds
      group.usage.write(this.#usageText(group.femtoseconds))
    }
  }

  close(): void {
    for (const { usage } of this.#groups.values()) usage.close()
  }
}
