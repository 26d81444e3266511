import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A new peak by less than this is not worth a note. */
const STEP = 1.01

const AT_PAGESZ = 6n
const DEFAULT_PAGE = 4096

/** The kernel's pages are 4, 16 or 64 kB; the auxiliary vector of any process of a 64-bit system says which. */
const pageBytes = (procRoot: string): number => {
  try {
    const vector = readFileSync(join(procRoot, 'self/auxv'))
    for (let at = 0; at + 16 <= vector.length; at += 16)
      if (vector.readBigUInt64LE(at) === AT_PAGESZ) return Number(vector.readBigUInt64LE(at + 8))
  } catch {
    // Hidden, or not of this machine.
  }
  return DEFAULT_PAGE
}

/** Memory of a process tree as a series of its records, which keeps a journal small and its peak exact to a hundredth. */
export class ResidentPeak {
  readonly #pageBytes: number
  #said = 0

  constructor(procRoot: string) {
    this.#pageBytes = pageBytes(procRoot)
  }

  /** Bytes where they are a new peak. */
  next(pages: number): number | undefined {
    if (!(pages > this.#said * STEP)) return undefined
    this.#said = pages
    return pages * this.#pageBytes
  }
}
