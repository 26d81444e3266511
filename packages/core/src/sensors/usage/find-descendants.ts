import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type KeptFile, openKeptFile } from '../kept-file.js'
import { readText } from '../read-text.js'
import { readStatOf } from './process-stat.js'

const list = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

const buffer = Buffer.alloc(4096)

const parseList = (file: KeptFile, path: string): number[] => {
  const length = file.readInto(buffer)
  const text = length < buffer.length ? buffer.toString('latin1', 0, length).trim() : (readText(path) ?? '')
  return text === '' ? [] : text.split(' ').map(Number)
}

const readList = (path: string): number[] => {
  try {
    const file = openKeptFile(path)
    const children = parseList(file, path)
    file.close()
    return children
  } catch {
    return []
  }
}

/** Children of one process, thread by thread: each thread lists those it forked. */
const listedChildren = (procRoot: string, pid: number): number[] => {
  const tasks = join(procRoot, String(pid), 'task')
  return list(tasks).flatMap(thread => readList(`${tasks}/${thread}/children`))
}

/**
 * The same for one process that is asked again and again: its threads' lists stay open, which saves most of their cost.
 * The sampled process has a dozen threads and seldom a child.
 */
export class KeptChildren {
  readonly #tasks: string
  readonly #files = new Map<string, KeptFile>()

  constructor(procRoot: string, pid: number) {
    this.#tasks = join(procRoot, String(pid), 'task')
  }

  read(): number[] {
    const threads = list(this.#tasks)
    for (const [thread, file] of this.#files) {
      if (threads.includes(thread)) continue
      file.close()
      this.#files.delete(thread)
    }
    return threads.flatMap(thread => this.#readOne(thread))
  }

  #readOne(thread: string): number[] {
    const path = `${this.#tasks}/${thread}/children`
    const known = this.#files.get(thread)
    try {
      const file = known ?? openKeptFile(path)
      if (!known) this.#files.set(thread, file)
      return parseList(file, path)
    } catch {
      // The thread ended; one that bears its number now is another and is opened anew.
      known?.close()
      this.#files.delete(thread)
      return known ? readList(path) : []
    }
  }

  close(): void {
    for (const file of this.#files.values()) file.close()
    this.#files.clear()
  }
}

/** Whether the kernel lists children (CONFIG_PROC_CHILDREN). */
export const hasChildrenFiles = (procRoot: string, pid: number): boolean =>
  readText(join(procRoot, `${pid}/task/${pid}/children`)) !== undefined

/** All processes below `roots`, parents before their children; the roots themselves are not among them. */
const collect = (roots: Iterable<number>, childrenOf: (pid: number) => readonly number[]): number[] => {
  const known = new Set(roots)
  const queue = [...known]
  const found: number[] = []
  for (let pid = queue.shift(); pid !== undefined; pid = queue.shift()) {
    for (const child of childrenOf(pid)) {
      if (known.has(child)) continue
      known.add(child)
      found.push(child)
      queue.push(child)
    }
  }
  return found
}

/** Descendants of `roots` by the kernel's lists of children; those of the first root are given. */
export const descendantsByChildrenFiles = (
  procRoot: string,
  roots: readonly number[],
  ofFirst: () => readonly number[],
): number[] => collect(roots, pid => (pid === roots[0] ? ofFirst() : listedChildren(procRoot, pid)))

/** The same by asking every process of the machine for its parent, some 50 µs each. */
export const descendantsByScan = (procRoot: string, roots: Iterable<number>): number[] => {
  const children = new Map<number, number[]>()
  for (const entry of list(procRoot)) {
    // Undefined also for who ended since the directory was listed.
    const parent = /^\d+$/.test(entry) ? readStatOf(procRoot, Number(entry))?.parent : undefined
    if (parent === undefined) continue
    const siblings = children.get(parent)
    if (siblings) siblings.push(Number(entry))
    else children.set(parent, [Number(entry)])
  }
  return collect(roots, pid => children.get(pid) ?? [])
}
