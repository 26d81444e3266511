import { closeSync, openSync, readSync } from 'node:fs'

/**
 * A file of `/proc` or `/sys` that is opened once and read from its beginning again and again: a seventh of the cost
 * of opening it each time, and without allocating.
 */
export interface KeptFile {
  /**
   * Fills `buffer` from the file's beginning and returns the number of bytes.
   *
   * @throws The system's error; `EBADF` once closed.
   */
  readInto(buffer: Buffer): number
  /** Can be called twice. */
  close(): void
}

/** @throws The system's error when the file cannot be opened. */
export const openKeptFile = (path: string): KeptFile => {
  let descriptor: number | undefined = openSync(path, 'r')
  return {
    readInto(buffer) {
      if (descriptor === undefined) throw Object.assign(new Error(`${path} is closed.`), { code: 'EBADF' })
      return readSync(descriptor, buffer, 0, buffer.length, 0)
    },
    close() {
      if (descriptor === undefined) return
      const open = descriptor
      descriptor = undefined
      try {
        closeSync(open)
      } catch {
        // Nothing can be done about a descriptor that does not close.
      }
    },
  }
}
