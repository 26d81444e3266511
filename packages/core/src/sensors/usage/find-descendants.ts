import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openKeptFile } from '../kept-file.js'
import { readText } from '../read-text.js'
import { readProcessStat } from './process-stat.js'

const list = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

const buffer = Buffer.alloc(4096)

/** `readFileSync` costs twice as much, and there is a file for every thread. */
const readList = (path: string): string => {
  try {
    const file = openKeptFile(path)
    const length = file.readInto(buffer)
    file.close()
    return length < buffer.length ? buffer.toString('latin1', 0, length).trim() : (readText(path) ?? '')
  } catch {
    return ''
  }
}

/** Children of one process, thread by thread: each thread lists those it forked. */
const listedChildren = (procRoot: string, pid: number): number[] => {
  const tasks = join(procRoot, String(pid), 'task')
  return list(tasks).flatMap(thread => {
    const text = readList(`${tasks}/${thread}/children`)
    return text === '' ? [] : text.split(' ').map(Number)
  })
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

/** Descendants of `roots` by the kernel's lists of children. */
export const descendantsByChildrenFiles = (procRoot: string, roots: Iterable<number>): number[] =>
  collect(roots, pid => listedChildren(procRoot, pid))

const parentOf = (procRoot: string, pid: string): number | undefined => {
  try {
    const file = openKeptFile(join(procRoot, pid, 'stat'))
    const stat = readProcessStat(file)
    file.close()
    return stat?.parent
  } catch {
    // Ended since the directory was listed.
    return undefined
  }
}

/** The same by asking every process of the machine for its parent, some 50 µs each. */
export const descendantsByScan = (procRoot: string, roots: Iterable<number>): number[] => {
  const children = new Map<number, number[]>()
  for (const entry of list(procRoot)) {
    const parent = /^\d+$/.test(entry) ? parentOf(procRoot, entry) : undefined
    if (parent === undefined) continue
    const siblings = children.get(parent)
    if (siblings) siblings.push(Number(entry))
    else children.set(parent, [Number(entry)])
  }
  return collect(roots, pid => children.get(pid) ?? [])
}
