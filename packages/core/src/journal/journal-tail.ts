import type { JournalEntry } from './entry.js'
import { LineTail } from './line-tail.js'

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

/** Follows one of a journal's files while it is being written. */
export class JournalTail {
  readonly #lines: LineTail
  readonly #decode: DecodeEntry

  constructor(path: string, decode: DecodeEntry = trustedEntry) {
    this.#lines = new LineTail(path)
    this.#decode = decode
  }

  /** New entries, in the order of writing. Never throws. */
  read(): JournalEntry[] {
    return this.#lines.read().flatMap(({ text }) => this.#decode(text) ?? [])
  }

  close(): void {
    this.#lines.close()
  }
}

/** Follows several of a journal's files as one. */
export const joinedTail = (
  paths: readonly string[],
  decode?: DecodeEntry,
): { read(): JournalEntry[]; close(): void } => {
  const tails = paths.map(path => new JournalTail(path, decode))
  return {
    read: () => tails.flatMap(tail => tail.read()),
    close: () => {
      for (const tail of tails) tail.close()
    },
  }
}
