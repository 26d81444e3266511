import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { errorCode } from '../read-text.js'
import { smiNumber, smiQuery, smiRows } from './smi-table.js'

/** Several rows a reading; a board's power is refreshed ten times a second. */
const PERIOD_MS = 200

/** A stream that is silent for this long is stuck. The first row may wait for a driver that wakes up. */
const SILENCE_MS = 15_000

/** Before it is started again: doubled with every failure, and back to the first after a row. */
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 300_000

/** Older rows say nothing of now. */
const FRESH_MS = 2000

interface BoardPower {
  readonly at: number
  readonly watts: number
  /** Since the last reading. */
  readonly sum: number
  readonly count: number
}

/**
 * One long-lived nvidia-smi that prints the power of all boards, read without waiting through a named pipe: the
 * sampler's thread sleeps between its rounds and runs no events. When the reading end is closed, by us or by the end
 * of this process however it comes, nvidia-smi ends at its next row.
 */
export class SmiStream {
  readonly #command: string
  readonly #columns: readonly string[]
  readonly #now: () => number
  readonly #buffer = Buffer.alloc(65_536)
  readonly #boards = new Map<string, BoardPower>()
  #child: ChildProcess | undefined
  #pipe: number | undefined
  #rest = ''
  #heardAt = 0
  #pause = FIRST_PAUSE_MS
  #startAt = Number.NEGATIVE_INFINITY

  /**
   * @param powerColumns Columns that hold a board's power, best first.
   * @param now Milliseconds of a monotonic clock.
   */
  constructor(command: string, powerColumns: readonly string[], now: () => number) {
    this.#command = command
    this.#columns = ['uuid', ...powerColumns]
    this.#now = now
  }

  /** Mean power since the last reading of this board, watts, or NaN when nothing was heard of it of late. */
  read(uuid: string): number {
    this.#listen()
    const board = this.#boards.get(uuid)
    if (!board || this.#now() - board.at > FRESH_MS) return Number.NaN
    this.#boards.set(uuid, { ...board, sum: 0, count: 0 })
    return board.count > 0 ? board.sum / board.count : board.watts
  }

  close(): void {
    this.#stop()
    this.#startAt = Number.POSITIVE_INFINITY
  }

  #listen(): void {
    const now = this.#now()
    if (this.#pipe === undefined && now >= this.#startAt) this.#start(now)
    if (this.#pipe === undefined) return
    const ended = this.#drain(this.#pipe)
    if (!ended && now - this.#heardAt <= SILENCE_MS) return
    this.#stop()
    this.#startAt = now + this.#pause
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE_MS)
  }

  #start(now: number): void {
    const directory = mkdtempSync(join(tmpdir(), 'epochwatt-smi-'))
    try {
      const path = join(directory, 'power')
      execFileSync('mkfifo', [path], { stdio: 'ignore' })
      this.#pipe = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
      const writingEnd = openSync(path, constants.O_WRONLY)
      try {
        const args = [...smiQuery(this.#columns), `--loop-ms=${PERIOD_MS}`]
        this.#child = spawn(this.#command, args, { stdio: ['ignore', writingEnd, 'ignore'] })
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
    this.#rest = ''
  }

  /** Takes in what has been printed. True when nvidia-smi has ended. */
  #drain(pipe: number): boolean {
    for (;;) {
      let length: number
      try {
        length = readSync(pipe, this.#buffer, 0, this.#buffer.length, null)
      } catch (error) {
        // Nothing more for now.
        return errorCode(error) !== 'EAGAIN'
      }
      if (length === 0) return true
      const lines = (this.#rest + this.#buffer.toString('latin1', 0, length)).split('\n')
      this.#rest = lines.pop() ?? ''
      this.#take(lines)
    }
  }

  #take(lines: readonly string[]): void {
    const at = this.#now()
    for (const [uuid, ...powers] of smiRows(lines, this.#columns.length)) {
      const watts = powers.map(smiNumber).find(power => !Number.isNaN(power))
      if (uuid === undefined || watts === undefined) continue
      const { sum, count } = this.#boards.get(uuid) ?? { sum: 0, count: 0 }
      this.#boards.set(uuid, { at, watts, sum: sum + watts, count: count + 1 })
      this.#heardAt = at
      this.#pause = FIRST_PAUSE_MS
    }
  }
}
