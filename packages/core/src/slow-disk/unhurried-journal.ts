import { basename, dirname } from 'node:path'
import type { JournalEntry } from '../journal/entry.js'
import { JournalWriter } from '../journal/journal-writer.js'
import { encodeEntry } from '../journal/line.js'
import { lastSegment, SEGMENT_BYTES } from '../journal/segments.js'
import { runDelayMs } from './run-delay.js'
import { WriterThread } from './writer-thread.js'

/** A write that takes longer than this holds up whoever writes. Usually it is some microseconds. */
const SLOW_MS = 100
/** After a slow write so many are looked at closely. */
const WATCHED_WRITES = 100
/** How long a run that ends waits for its lines to reach the disk. */
export const FLUSH_TIMEOUT_MS = 10_000

/**
 * Appends entries to one of a journal's files. As long as the disk is quick, an entry is written when `append` returns,
 * and outlives the process. On a slow one (a network, a worn card) a thread of its own takes over from the second slow
 * write on, for a training must not wait for the disk: then what a kill loses is what came during one write.
 * Never throws once open.
 */
export class UnhurriedJournal {
  readonly #path: string
  #direct: JournalWriter | undefined
  #thread: WriterThread | undefined
  #watched = 0

  /**
   * @param isSlow The disk is known to be slow.
   * @throws the file system's error when the file cannot be created.
   */
  constructor(path: string, isSlow = false) {
    this.#path = path
    if (isSlow) this.#handOver()
    if (!this.#thread) this.#direct = new JournalWriter(path, SEGMENT_BYTES)
  }

  /** Whether the disk has been found to be slow. */
  get isSlow(): boolean {
    return this.#thread !== undefined
  }

  append(entry: JournalEntry): void {
    const line = encodeEntry(entry)
    if (this.#thread?.hasFailed) this.#goOn(this.#endThread())
    if (this.#thread) this.#thread.write(line)
    else this.#write(line)
  }

  #write(line: string): void {
    // The first slow write may be an accident. From then on it counts what the thread waited for: a processor, on a
    // machine that is too busy, is no disk.
    const isWatched = this.#watched > 0
    const delay = isWatched ? runDelayMs() : 0
    const began = performance.now()
    this.#direct?.appendLine(line)
    const tookMs = performance.now() - began
    if (isWatched) this.#watched--
    if (tookMs <= SLOW_MS) return
    if (isWatched && tookMs - (runDelayMs() - delay) > SLOW_MS) this.#handOver()
    this.#watched = WATCHED_WRITES
  }

  #handOver(): void {
    // Lines that the disk refuses wait in the writer, and go out with the next that it takes.
    if (this.#direct?.error !== undefined) return
    try {
      // It stays with this segment: a thread that waits for the disk has no use for another file.
      this.#thread = new WriterThread(this.#lastPath())
      this.#direct?.close()
      this.#direct = undefined
    } catch {
      // No thread here, or no folder any more: as before, then.
    }
  }

  #lastPath(): string {
    return lastSegment(dirname(this.#path), basename(this.#path))
  }

  /** Returns what the thread left. */
  #endThread(): readonly string[] {
    const left = this.#thread?.close(FLUSH_TIMEOUT_MS) ?? []
    this.#thread = undefined
    return left
  }

  #goOn(left: readonly string[]): void {
    try {
      this.#direct = new JournalWriter(this.#lastPath())
      if (left.length > 0) this.#direct.appendLine(left.join(''))
    } catch {
      // The store is gone.
    }
  }

  close(): void {
    const left = this.#endThread()
    if (left.length > 0) this.#goOn(left)
    this.#direct?.close()
    this.#direct = undefined
  }
}
