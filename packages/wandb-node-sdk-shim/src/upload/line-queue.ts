import { platform } from '#platform'

export type LineFile = 'wandb-history.jsonl' | 'wandb-events.jsonl'
export const LINE_FILES: readonly LineFile[] = ['wandb-history.jsonl', 'wandb-events.jsonl']

/** A row on its way to the server. */
export interface QueuedLine {
  readonly file: LineFile
  readonly line: string
  /** Where its record begins in the run's file; undefined if it is not there. */
  readonly position: number | undefined
}

export interface LineQueueOptions {
  /** Longer lines are refused by the server. */
  readonly maxLineBytes: number
  /** Rows are held in memory up to about so much text. */
  readonly maxHeldBytes: number
  /** Rows of the run's file from a position on, each with where the next record begins. */
  readonly reread: ((position: number) => Iterable<QueuedLine & { readonly next: number }>) | undefined
  readonly warn: (message: string, topic?: string) => void
}

/**
 * Rows that wait to be sent. While the server is away they may come for days: beyond a limit they are not held but read
 * again from the run's file, in which each stands before it comes here. Where there is no such file they are dropped.
 */
export class LineQueue {
  readonly #options: LineQueueOptions
  readonly #lines: Record<LineFile, string[]> = { 'wandb-history.jsonl': [], 'wandb-events.jsonl': [] }
  #heldBytes = 0
  /** The first row that is only in the file. */
  #resumeAt: number | undefined
  #dropped = 0

  constructor(options: LineQueueOptions) {
    this.#options = options
  }

  /** Rows that were neither held nor in a file. */
  get dropped(): number {
    return this.#dropped
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  get isEmpty(): boolean {
    return this.#resumeAt === undefined && LINE_FILES.every(file => this.#lines[file].length === 0)
  }

  push(row: QueuedLine): void {
    const { maxHeldBytes, reread, warn } = this.#options
    if (this.#resumeAt === undefined && this.#heldBytes + row.line.length <= maxHeldBytes) {
      this.#hold(row)
    } else if (reread && row.position !== undefined) {
      this.#resumeAt ??= row.position
    } else {
      this.#dropped++
      warn(
        'Rows are dropped: the server is away, and there is no file to keep them in once memory is full.',
        'dropped',
      )
    }
  }

  /** Takes rows of one file off the queue, as many as fit `roomBytes`; one in any case if `isFirst`. */
  take(file: LineFile, roomBytes: number, isFirst: boolean): { lines: string[]; bytes: number } {
    const lines = this.#lines[file]
    let count = 0
    let bytes = 0
    for (; count < lines.length; count++) {
      const own = platform.byteLength(lines[count]!)
      if (bytes + own > roomBytes && !(isFirst && count === 0)) break
      bytes += own
    }
    const taken = lines.splice(0, count)
    for (const line of taken) this.#heldBytes -= line.length
    return { lines: taken, bytes }
  }

  /** Reads rows from the file while there is room for them. */
  refill(): void {
    const { reread, maxHeldBytes } = this.#options
    if (this.#resumeAt === undefined || !reread || this.#heldBytes > maxHeldBytes / 2) return
    for (const row of reread(this.#resumeAt)) {
      this.#hold(row)
      this.#resumeAt = row.next
      if (this.#heldBytes > maxHeldBytes / 2) return
    }
    this.#resumeAt = undefined
  }

  #hold({ file, line }: QueuedLine) {
    const { maxLineBytes, warn } = this.#options
    // Three bytes a character at most.
    if (line.length * 3 > maxLineBytes && platform.byteLength(line) > maxLineBytes) {
      warn(
        `A row of ${platform.byteLength(line)} bytes is not uploaded: the server takes ${maxLineBytes}.`,
        'long-line',
      )
      return
    }
    this.#lines[file].push(line)
    this.#heldBytes += line.length
  }
}
