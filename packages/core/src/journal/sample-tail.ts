import { closeSync, openSync, readSync } from 'node:fs'
import type { SensorsEntry, TickEntry } from './entry.js'

/** What the sampler's thread writes. */
type SamplerEntry = SensorsEntry | TickEntry

const CHUNK = 64 * 1024

/**
 * Reads what the sampler's thread has appended since the last call. Synchronous on purpose: a training loop that never
 * yields gets no messages, but it can read a file.
 */
export class SampleTail {
  readonly #path: string
  readonly #buffer = Buffer.allocUnsafe(CHUNK)
  #fd: number | undefined
  #offset = 0
  #rest = ''

  constructor(path: string) {
    this.#path = path
  }

  /** New entries, oldest first. Never throws; a file that is not there yet has none. */
  read(): SamplerEntry[] {
    try {
      this.#fd ??= openSync(this.#path, 'r')
      return this.#readNew(this.#fd)
    } catch {
      return []
    }
  }

  #readNew(fd: number): SamplerEntry[] {
    const entries: SamplerEntry[] = []
    for (;;) {
      const bytes = readSync(fd, this.#buffer, 0, CHUNK, this.#offset)
      if (bytes === 0) return entries
      this.#offset += bytes
      // Journal lines of the sampler are ASCII: a chunk never ends inside a character.
      const lines = (this.#rest + this.#buffer.toString('latin1', 0, bytes)).split('\n')
      this.#rest = lines.pop() ?? ''
      for (const line of lines) {
        const entry = decode(line)
        if (entry) entries.push(entry)
      }
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }
}

/** These lines were written moments ago by our own thread: no schema, but a torn one is skipped. */
const decode = (line: string): SamplerEntry | undefined => {
  try {
    const entry = JSON.parse(line) as SamplerEntry
    return entry.type === 'tick' || entry.type === 'sensors' ? entry : undefined
  } catch {
    return undefined
  }
}
