import { closeSync, openSync, writeSync } from 'node:fs'
import type { JournalEntry } from './entry.js'
import { encodeEntry } from './line.js'

/** Lines kept in memory while the disk refuses them: a few hours of one sampler. */
const MOST_PENDING = 20_000

/**
 * Appends entries to one file, a line each, with one write call: what was written survives the death of the process.
 * Never throws once open. While writing fails (full disk, store gone) lines wait in memory and go out with the next
 * one that succeeds.
 */
export class JournalWriter {
  #fd: number | undefined
  #pending: string[] = []
  #torn = false
  #error: unknown

  /** @throws the file system's error when the file cannot be created. */
  constructor(path: string) {
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
      if (written === bytes.length) {
        this.#pending = []
        this.#torn = false
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
