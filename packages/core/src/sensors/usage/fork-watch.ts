import { join } from 'node:path'
import { type KeptFile, openKeptFile } from '../kept-file.js'

const buffer = Buffer.alloc(128)

/**
 * Tells whether any process or thread has been started since it was last asked: the last field of `/proc/loadavg` is the
 * newest process id of our namespace. One small file instead of one for every thread.
 */
export class ForkWatch {
  readonly #file: KeptFile | undefined
  #newest: string | undefined

  constructor(procRoot: string) {
    try {
      this.#file = openKeptFile(join(procRoot, 'loadavg'))
    } catch {
      // Then there may always be something new.
    }
  }

  /** True also when nobody can tell. Ask before looking: what is started meanwhile then shows at the next time. */
  hasForked(): boolean {
    const newest = this.#read()
    const isNew = newest === undefined || newest !== this.#newest
    this.#newest = newest
    return isNew
  }

  #read(): string | undefined {
    try {
      const length = this.#file?.readInto(buffer)
      if (!length) return undefined
      const line = buffer.toString('latin1', 0, length).trimEnd()
      return line.slice(line.lastIndexOf(' ') + 1)
    } catch {
      return undefined
    }
  }

  close(): void {
    this.#file?.close()
  }
}
