import { closeSync, ftruncateSync, openSync, unlinkSync, writeSync } from 'node:fs'

/**
 * A file that is rewritten where it lies. Renaming a new file over it would leave every reader that keeps its
 * descriptor with the old text for good. The width never changes, so that no reader sees a half-shortened line.
 */
export class InPlaceFile {
  readonly #path: string
  readonly #width: number
  #descriptor: number

  constructor(path: string, text: string) {
    this.#path = path
    this.#width = text.length
    this.#descriptor = openSync(path, 'w', 0o644)
    writeSync(this.#descriptor, text, 0, 'latin1')
  }

  write(text: string): void {
    if (text.length !== this.#width) throw new RangeError(`Expected ${this.#width} characters: ${text}`)
    writeSync(this.#descriptor, text, 0, 'latin1')
  }

  /** Unlinks the file; who still has it open reads it empty, as a device that has gone. */
  remove(): void {
    ftruncateSync(this.#descriptor, 0)
    unlinkSync(this.#path)
    this.close()
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}

/** A decimal of fixed width. */
export const padded = (value: bigint | number, width: number): string => String(value).padStart(width, '0')
