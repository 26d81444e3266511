import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunStore, UnreadableRun } from '@epochwatt/core'
import { DIGEST_FORM, digestOf, type RunDigest } from '@epochwatt/report'
import { packWords, unpackWords } from './shared-text.js'
import { isInMemory } from './sources/memory-store.js'

/**
 * Beside the runs: digests of their records, a line each, with what tells whether the record is still the same file.
 * The last line holds the words that they share. The file may be deleted at any time.
 */
const INDEX_FILE = 'digests.jsonl'

/** Reading fewer records than this takes less time than anybody notices. */
const FEWEST_INDEXED = 50

interface IndexLine {
  readonly id: string
  readonly stamp: string
  readonly digest: RunDigest
}

export interface StoreDigests {
  /** Oldest first. */
  readonly digests: readonly RunDigest[]
  readonly unreadable: readonly UnreadableRun[]
}

/** Records are replaced by renaming, which changes the inode and its change time: both cannot be kept by accident. */
const stampOf = (path: string): string | undefined => {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat && `${stat.size} ${stat.mtimeMs} ${stat.ctimeMs} ${stat.ino}`
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Lines are ours, but a store may come from anywhere, and from another version. */
const isLine = (value: unknown): value is IndexLine => {
  const { id, stamp, digest } = (value ?? {}) as Partial<IndexLine>
  return (
    typeof id === 'string' &&
    typeof stamp === 'string' &&
    isObject(digest) &&
    digest.digest === DIGEST_FORM &&
    digest.id === id &&
    typeof digest.started_at === 'string' &&
    [digest.energy, digest.carbon, digest.grid, digest.pue, digest.epochs, digest.metrics].every(isObject)
  )
}

/** Line by line, since the text of thousands of runs is larger than what is needed of it. */
const readLines = function* (bytes: Buffer): Generator<unknown> {
  for (let from = 0; from < bytes.length; ) {
    const newline = bytes.indexOf(10, from)
    const to = newline < 0 ? bytes.length : newline
    try {
      yield JSON.parse(bytes.toString('utf8', from, to))
    } catch {
      // A torn line: its run is read from its record.
    }
    from = to + 1
  }
}

const wordsOf = (bytes: Buffer): readonly object[] => {
  const from = bytes.lastIndexOf(10, bytes.length - 2) + 1
  const [last] = readLines(bytes.subarray(from))
  const { words } = (last ?? {}) as { words?: unknown }
  return Array.isArray(words) ? words.filter(isObject) : []
}

const readIndex = (path: string): ReadonlyMap<string, IndexLine> => {
  const lines = new Map<string, IndexLine>()
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch {
    return lines
  }
  const words = wordsOf(bytes)
  // Without its words no line can be read: an index that was cut short is none.
  if (words.length === 0) return lines
  for (const line of readLines(bytes)) {
    if (!isObject(line)) continue
    try {
      unpackWords(line, words)
    } catch {
      // Nested deeper than the stack goes: none of ours.
      continue
    }
    if (isLine(line)) lines.set(line.id, line)
  }
  return lines
}

/** A store that nothing can be written to has no index, and is read as before. */
const writeIndex = (path: string, lines: readonly IndexLine[]): void => {
  const partial = `${path}.${process.pid}.partial`
  const words = new Map<string, number>()
  const text = lines.map(line => `${JSON.stringify(packWords(line, words))}\n`)
  try {
    writeFileSync(partial, `${text.join('')}{"words":[${[...words.keys()].join(',')}]}\n`, { mode: 0o600 })
    renameSync(partial, path)
  } catch {
    rmSync(partial, { force: true })
  }
}

const runIds = (store: RunStore): readonly string[] => {
  try {
    return readdirSync(join(store.dir, 'runs'))
  } catch {
    return []
  }
}

/**
 * Digests of all runs of a store. Of many runs they are kept in an index beside them, in which a run counts only while
 * size, times and inode of its record are what they were when it was read; what changed is read again.
 */
export const readDigests = (store: RunStore): StoreDigests => {
  if (isInMemory(store)) return { digests: store.records.map(digestOf), unreadable: [] }
  const path = join(store.dir, INDEX_FILE)
  const known = readIndex(path)
  const lines: IndexLine[] = []
  const unreadable: UnreadableRun[] = []
  let changed = 0
  for (const id of runIds(store)) {
    const stamp = stampOf(join(store.runDirectory(id), 'record.json'))
    if (stamp === undefined) continue
    const line = known.get(id)
    if (line?.stamp === stamp) {
      lines.push(line)
      continue
    }
    try {
      lines.push({ id, stamp, digest: digestOf(store.read(id)) })
      changed++
    } catch (error) {
      unreadable.push({ id, reason: (error as Error).message })
    }
  }
  if ((changed > 0 || lines.length !== known.size) && lines.length >= FEWEST_INDEXED) writeIndex(path, lines)
  const digests = lines.map(({ digest }) => digest)
  // ISO 8601 in UTC sorts as bytes do, many times faster than by the rules of a language.
  digests.sort((a, b) => (a.started_at < b.started_at ? -1 : a.started_at > b.started_at ? 1 : 0))
  return { digests, unreadable }
}
