import { type BackgroundThread, startThread } from '../background-thread.js'
import type { WriterThreadOrder } from './writer-thread-order.js'
import { WRITER_THREAD_SOURCE } from './writer-thread-source.gen.js'

/** Lines that wait for the disk: a few hours of one sampler. */
const MOST_WAITING = 20_000

/** Appends lines to a file in a thread of its own, which keeps no process alive. */
export class WriterThread {
  readonly #thread: BackgroundThread
  readonly #control: Int32Array
  /** Lines that are not known to have been written, the first of which is this one of all. */
  #waiting: string[] = []
  #first = 0

  /** @throws where no thread can be started. */
  constructor(path: string) {
    const written = new SharedArrayBuffer(4)
    this.#control = new Int32Array(written)
    this.#thread = startThread(
      {
        source: WRITER_THREAD_SOURCE,
        name: 'epochwatt-journal',
        data: { path, written } satisfies WriterThreadOrder,
        limits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32, stackSizeMb: 1 },
      },
      // Whoever writes next sees it.
      () => {},
    )
  }

  /** Whether the thread is gone, as far as events of it are heard here. */
  get hasFailed(): boolean {
    return this.#thread.hasEnded
  }

  write(line: string): void {
    this.#forgetWritten()
    if (this.#waiting.length >= MOST_WAITING) return
    this.#waiting.push(line)
    this.#thread.worker.postMessage(line)
  }

  #forgetWritten(): void {
    const written = Atomics.load(this.#control, 0)
    if (written === this.#first) return
    this.#waiting = this.#waiting.slice(written - this.#first)
    this.#first = written
  }

  /** Waits until everything is written, at most `timeoutMs`, and ends the thread. Returns what the thread cannot write. */
  close(timeoutMs: number): readonly string[] {
    const deadline = performance.now() + timeoutMs
    this.#forgetWritten()
    while (this.#waiting.length > 0 && !this.hasFailed) {
      const left = deadline - performance.now()
      if (left <= 0) break
      Atomics.wait(this.#control, 0, this.#first, left)
      this.#forgetWritten()
    }
    this.#thread.abandon()
    // Who writes nothing at all never came to life. Else it is the disk that takes nothing, and would not from here.
    return this.hasFailed || this.#first === 0 ? this.#waiting : []
  }
}
