import { closeSync, openSync, readSync } from 'node:fs'

const CHUNK = 64 * 1024
const NEWLINE = 10

/** A whole line and the place in its file that follows it. */
export interface TailLine {
  readonly text: string
  readonly end: number
}

/**
 * Reads the lines that were appended to a file since the last call. Synchronous on purpose: a training loop that never
 * yields gets no messages, but it can read a file. A line without its end is left for later.
 */
export class LineTail {
  readonly #path: string
  readonly #buffer = Buffer.allocUnsafe(CHUNK)
  #fd: number | undefined
  #offset: number
  /** Of a line whose end has not come: pieces, as a long one would else be copied again with each of them. */
  #rest: Buffer[] = []

  /** @param offset Where to begin: the end of a line, in bytes. */
  constructor(path: string, offset = 0) {
    this.#path = path
    this.#offset = offset
  }

  /** New lines, oldest first, at most about `mostBytes` of them. Never throws; a file that is not there yet has none. */
  read(mostBytes = Number.POSITIVE_INFINITY): TailLine[] {
    const lines: TailLine[] = []
    try {
      this.#fd ??= openSync(this.#path, 'r')
      for (let bytes = 0; bytes < mostBytes; ) {
        const count = readSync(this.#fd, this.#buffer, 0, CHUNK, this.#offset)
        if (count === 0) break
        bytes += count
        this.#take(count, lines)
      }
    } catch {
      // What cannot be read now may be later.
    }
    return lines
  }

  #take(count: number, lines: TailLine[]): void {
    const chunk = this.#buffer.subarray(0, count)
    const whole = chunk.lastIndexOf(NEWLINE) + 1
    if (whole > 0) {
      const bytes = Buffer.concat([...this.#rest, chunk.subarray(0, whole)])
      const base = this.#offset + whole - bytes.length
      let from = 0
      for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
        if (at > from) lines.push({ text: bytes.toString('utf8', from, at), end: base + at + 1 })
        from = at + 1
      }
      this.#rest = []
    }
    // A copy: the next reading goes into the same buffer.
    if (whole < count) this.#rest.push(Buffer.from(chunk.subarray(whole)))
    this.#offset += count
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }
}
