import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { errorCode } from './read-text.js'

/** A command that is silent for this long is stuck. Its first words may wait for a driver that wakes up. */
const SILENCE_MS = 15_000

/** Before it is started again: doubled with every failure, and back to the first after a word of use. */
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 300_000

/**
 * One long-lived command whose output is read without waiting, through a named pipe: the sampler's thread sleeps between
 * its rounds and runs no events. When the reading end is closed, by us or by the end of this process however it comes, the
 * command ends at its next word. One that dies or falls silent is started again, ever less often.
 */
export class PipedCommand {
  readonly #command: string
  readonly #args: readonly string[]
  readonly #now: () => number
  readonly #buffer = Buffer.alloc(65_536)
  #child: ChildProcess | undefined
  #pipe: number | undefined
  #heardAt = 0
  #pause = FIRST_PAUSE_MS
  #startAt = Number.NEGATIVE_INFINITY

  /** @param now Milliseconds of a monotonic clock. */
  constructor(command: string, args: readonly string[], now: () => number) {
    this.#command = command
    this.#args = args
    this.#now = now
  }

  /**
   * Takes in what was printed since the last call, and starts the command where it does not run.
   *
   * @param take Gets the output piece by piece; true when there was something of use in it.
   * @param renewed Called when the output begins anew.
   */
  listen(take: (text: string) => boolean, renewed: () => void): void {
    const now = this.#now()
    if (this.#pipe === undefined && now >= this.#startAt) {
      this.#start(now)
      renewed()
    }
    if (this.#pipe === undefined) return
    const ended = this.#drain(this.#pipe, take)
    if (!ended && now - this.#heardAt <= SILENCE_MS) return
    this.#stop()
    this.#startAt = now + this.#pause
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE_MS)
  }

  close(): void {
    this.#stop()
    this.#startAt = Number.POSITIVE_INFINITY
  }

  #start(now: number): void {
    const directory = mkdtempSync(join(tmpdir(), 'epochwatt-pipe-'))
    try {
      const path = join(directory, 'output')
      execFileSync('mkfifo', [path], { stdio: 'ignore' })
      this.#pipe = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
      const writingEnd = openSync(path, constants.O_WRONLY)
      try {
        this.#child = spawn(this.#command, this.#args, { stdio: ['ignore', writingEnd, 'ignore'] })
        // One that cannot be started shows as a pipe that has ended.
        this.#child.on('error', () => {})
        this.#child.unref()
      } finally {
        closeSync(writingEnd)
      }
      this.#heardAt = now
    } catch {
      this.#stop()
      this.#startAt = now + LONGEST_PAUSE_MS
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  }

  #stop(): void {
    // A thread that ends while it refers to a process first takes note of that one's end; else a zombie would stay.
    if (!isMainThread) this.#child?.ref()
    this.#child?.kill()
    this.#child = undefined
    if (this.#pipe !== undefined) closeSync(this.#pipe)
    this.#pipe = undefined
  }

  /** True when the command has ended. */
  #drain(pipe: number, take: (text: string) => boolean): boolean {
    for (;;) {
      let length: number
      try {
        length = readSync(pipe, this.#buffer, 0, this.#buffer.length, null)
      } catch (error) {
        // Nothing more for now.
        return errorCode(error) !== 'EAGAIN'
      }
      if (length === 0) return true
      if (!take(this.#buffer.toString('latin1', 0, length))) continue
      this.#heardAt = this.#now()
      this.#pause = FIRST_PAUSE_MS
    }
  }
}
