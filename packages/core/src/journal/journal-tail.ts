import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { JournalEntry } from './entry.js'
import { LineTail } from './line-tail.js'
import { segmentLines } from './segment-lines.js'
import { type Segment, segmentsOf } from './segments.js'

/** How a line becomes an entry; undefined for one that is torn or damaged. */
export type DecodeEntry = (line: string) => JournalEntry | undefined

/** For lines that were written moments ago by our own threads: no schema, but a torn one is skipped. */
const trustedEntry: DecodeEntry = line => {
  try {
    const entry = JSON.parse(line) as Partial<JournalEntry> | null
    return typeof entry?.type === 'string' && typeof entry.t === 'number'
      ? (entry as JournalEntry)
      : undefined
  } catch {
    return undefined
  }
}

/** Lines that are made into entries at a time: who follows a run of days late must not take all of them at once. */
const BLOCK_BYTES = 2 ** 18

/** Follows one of a journal's files, from segment to segment, while it is being written. */
export class JournalTail {
  readonly #directory: string
  readonly #file: string
  readonly #decode: DecodeEntry
  #segment = 0
  /** The segment that is read, for as long as it may be written to. */
  #lines: LineTail | undefined

  /** @param path Of the first segment. */
  constructor(path: string, decode: DecodeEntry = trustedEntry) {
    this.#directory = dirname(path)
    this.#file = basename(path)
    this.#decode = decode
    this.#lines = new LineTail(path)
  }

  /** New entries, in the order of writing, read while they are gone through. Never throws. */
  *read(): Generator<JournalEntry> {
    for (;;) {
      yield* this.#drain()
      const next = this.#following()
      if (!next) return
      // A writer goes on only when it has written everything here, but that may have been just now.
      yield* this.#drain()
      this.#lines?.close()
      this.#segment = next.number
      this.#lines = undefined
      if (next.isPacked || !existsSync(join(this.#directory, next.name))) yield* this.#unpacked(next)
      else this.#lines = new LineTail(join(this.#directory, next.name))
    }
  }

  *#drain(): Generator<JournalEntry> {
    for (;;) {
      const lines = this.#lines?.read(BLOCK_BYTES) ?? []
      if (lines.length === 0) return
      for (const { text } of lines) {
        const entry = this.#decode(text)
        if (entry) yield entry
      }
    }
  }

  *#unpacked(segment: Segment): Generator<JournalEntry> {
    try {
      for (const block of segmentLines(this.#directory, segment)) {
        for (const text of block) {
          const entry = this.#decode(text)
          if (entry) yield entry
        }
      }
    } catch {
      // What cannot be read of it is missing in what is made of the rest; the record will say so.
    }
  }

  #following(): Segment | undefined {
    try {
      return segmentsOf(readdirSync(this.#directory), this.#file).find(({ number }) => number > this.#segment)
    } catch {
      return undefined
    }
  }

  close(): void {
    this.#lines?.close()
  }
}

/** Follows several of a journal's files as one. */
export const joinedTail = (
  paths: readonly string[],
  decode?: DecodeEntry,
): { read(): Iterable<JournalEntry>; close(): void } => {
  const tails = paths.map(path => new JournalTail(path, decode))
  return {
    *read() {
      for (const tail of tails) yield* tail.read()
    },
    close: () => {
      for (const tail of tails) tail.close()
    },
  }
}
