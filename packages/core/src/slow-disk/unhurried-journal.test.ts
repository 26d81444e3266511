// The disk is slow on this thread only: the writing thread has its own, as it has its own time.
import type * as fs from 'node:fs'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { JournalEntry } from '../journal/entry.js'
import { UnhurriedJournal } from './unhurried-journal.js'

const disk = vi.hoisted(() => ({
  slowMs: 0,
  writes: 0,
  hasThreads: true,
  threadsLive: true,
  isMachineBusy: false,
}))
vi.mock('node:fs', async original => {
  const real = await original<typeof fs>()
  return {
    ...real,
    writeSync: (...args: Parameters<typeof fs.writeSync>) => {
      disk.writes++
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, disk.slowMs)
      return real.writeSync(...args)
    },
  }
})
// Whether what is slow is the disk, or a machine that has no processor for us.
vi.mock('./run-delay.js', () => ({
  runDelayMs: () => (disk.isMachineBusy ? disk.writes * disk.slowMs : 0),
}))
vi.mock('node:worker_threads', async original => {
  const real = await original<typeof import('node:worker_threads')>()
  return {
    ...real,
    Worker: class extends real.Worker {
      constructor(...[source, options]: ConstructorParameters<typeof real.Worker>) {
        if (!disk.hasThreads) throw new Error('no threads here')
        super(disk.threadsLive ? source : 'throw new Error()', options)
      }
    },
  }
})

let directory: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'epochwatt-slow-disk-'))
  path = join(directory, 'events.jsonl')
  Object.assign(disk, { slowMs: 0, writes: 0, hasThreads: true, threadsLive: true, isMachineBusy: false })
})
afterEach(() => {
  rmSync(directory, { recursive: true, force: true })
})

const entry = (t: number): JournalEntry => ({ type: 'metrics', t, values: { loss: 1 / (t + 1) } })
const times = (): number[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map(line => (JSON.parse(line) as { t: number }).t)
const upTo = (count: number): number[] => Array.from({ length: count }, (_, t) => t)

describe('UnhurriedJournal', () => {
  it('has written what was appended, as long as the disk is quick', () => {
    const journal = new UnhurriedJournal(path)
    for (const t of upTo(50)) {
      journal.append(entry(t))
      expect(times()).toHaveLength(t + 1)
    }
    expect(journal.isSlow).toBe(false)
    journal.close()
  })

  it('leaves the third and all later lines to a thread where the first two were slow, and loses none', () => {
    disk.slowMs = 120
    const journal = new UnhurriedJournal(path)
    for (const t of upTo(2000)) journal.append(entry(t))
    expect(journal.isSlow).toBe(true)
    expect(disk.writes).toBe(2)
    journal.close()
    expect(times()).toEqual(upTo(2000))
  })

  it('writes nothing itself on a disk that is known to be slow', () => {
    const journal = new UnhurriedJournal(path, true)
    for (const t of upTo(20)) journal.append(entry(t))
    journal.close()
    expect(times()).toEqual(upTo(20))
    expect(disk.writes).toBe(0)
  })

  it('stays with a quick disk on a machine that is too busy to write', () => {
    Object.assign(disk, { slowMs: 120, isMachineBusy: true })
    const journal = new UnhurriedJournal(path)
    for (const t of upTo(4)) journal.append(entry(t))
    expect(journal.isSlow).toBe(false)
    expect(times()).toEqual(upTo(4))
    journal.close()
  })

  it('goes on by itself where there are no threads', () => {
    Object.assign(disk, { slowMs: 120, hasThreads: false })
    const journal = new UnhurriedJournal(path)
    for (const t of upTo(3)) journal.append(entry(t))
    journal.close()
    expect(times()).toEqual(upTo(3))
  })

  it('writes what a thread that died had not', async () => {
    disk.threadsLive = false
    const journal = new UnhurriedJournal(path, true)
    let count = 0
    await vi.waitFor(() => {
      journal.append(entry(count++))
      expect(journal.isSlow).toBe(false)
    })
    journal.close()
    expect(times()).toEqual(upTo(count))
  })

  it('throws nothing when its store has disappeared', async () => {
    disk.threadsLive = false
    const journal = new UnhurriedJournal(path, true)
    rmSync(directory, { recursive: true })
    await vi.waitFor(() => {
      journal.append(entry(0))
      expect(journal.isSlow).toBe(false)
    })
    journal.append(entry(1))
    expect(() => journal.close()).not.toThrow()
  })
})
