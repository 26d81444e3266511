import { closeSync, openSync, writeSync } from 'node:fs'
import type { JournalEntry } from './entry.js'
import { encodeEntry } from './line.js'
import { segmentName } from './segments.js'

/** Lines kept in memory while the disk refuses them: a few hours of one sampler. */
const MOST_PENDING = 20_000

/** Tells versions that know of one segment only that they do not know all. */
const CONTINUED = encodeEntry({ type: 'continued', t: 0 })

/**
 * Appends entries to one file, a line each, with one write call: what was written survives the death of the process.
 * Never throws once open. While writing fails (full disk, store gone) lines wait in memory and go out with the next
 * one that succeeds.
 */
export class JournalWriter {
  readonly #path: string
  readonly #segmentBytes: number
  #fd: number | undefined
  /** Number of the segment that is written to, and its length so far. */
  #segment = 0
  #bytes = 0
  #pending: string[] = []
  #torn = false
  #error: unknown

  /**
   * @param segmentBytes A file of this length goes on in its next segment.
   * @throws the file system's error when the file cannot be created.
   */
  constructor(path: string, segmentBytes = Number.POSITIVE_INFINITY) {
    this.#path = path
    this.#segmentBytes = segmentBytes
    this.#fd = openSync(path, 'a', 0o600)
  }

  append(entry: JournalEntry): void {
    this.appendLine(encodeEntry(entry))
  }

  /** @param line With its newline. */
  appendLine(line: string): void {
    if (this.#fd !== undefined) this.#write(line)
  }

  /** What went wrong last, if lines are waiting. */
  get error(): unknown {
    return this.#pending.length > 0 ? this.#error : undefined
  }

  #write(line: string): void {
    const text =
      this.#pending.length === 0 && !this.#torn
        ? line
        : `${this.#torn ? '\n' : ''}${this.#pending.join('')}${line}`
    try {
      const bytes = Buffer.from(text)
      const written = writeSync(this.#fd!, bytes)
      this.#bytes += written
      if (written === bytes.length) {
        this.#pending = []
        this.#torn = false
        if (this.#bytes >= this.#segmentBytes) this.#goOn()
        return
      }
      // A full disk takes part of a line. What is torn becomes a line of its own, which readers skip.
      this.#torn = true
      this.#error = new Error(`only ${written} of ${bytes.length} bytes were written`)
    } catch (cause) {
      this.#error = cause
    }
    this.#pending.push(line)
    if (this.#pending.length > MOST_PENDING) this.#pending.shift()
  }

  /**
   * From the next line on to the next segment. It is there before the last word is written to this one, so that whoever
   * sees it has nothing more to read here but that word.
   */
  #goOn(): void {
    this.#bytes = 0
    let fd: number
    try {
      fd = openSync(segmentName(this.#path, this.#segment + 1), 'a', 0o600)
    } catch {
      // A full disk, a store that is gone: here, then, and another try after as many bytes.
      return
    }
    const closed = this.#fd!
    this.#fd = fd
    this.#segment++
    try {
      writeSync(closed, CONTINUED)
      closeSync(closed)
    } catch {
      // It was meant for others.
    }
  }

  close(): void {
    if (this.#fd === undefined) return
    try {
      closeSync(this.#fd)
    } catch {
      // Nothing that was written is lost by a failing close.
    }
    this.#fd = undefined
  }
}
