import { openKeptFile } from './kept-file.js'
import { errorCode } from './read-text.js'

/** A file that holds one non-negative decimal, kept open and read again and again. */
export interface DecimalFile {
  /** The number, or `NaN`; never throws. */
  read(): number
  /** Why the last read gave `NaN`. */
  error(): string | undefined
  close(): void
}

/** One for all files: reads are synchronous, so no two of a thread ever overlap. */
const buffer = Buffer.alloc(32)

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39

const parseDecimal = (length: number): number => {
  let value = 0
  let at = 0
  for (; at < length && isDigit(buffer[at]!); at++) value = value * 10 + (buffer[at]! - 0x30)
  const ended = at === length || buffer[at] === 0x0a
  return at > 0 && ended && value <= Number.MAX_SAFE_INTEGER ? value : Number.NaN
}

/** @throws The system's error when the file cannot be opened. */
export const openDecimalFile = (path: string): DecimalFile => {
  const file = openKeptFile(path)
  let failure: string | undefined
  const fail = (code: string): number => {
    failure = code
    return Number.NaN
  }
  return {
    read() {
      let length: number
      try {
        length = file.readInto(buffer)
      } catch (error) {
        return fail(errorCode(error))
      }
      // A sysfs attribute whose device went away may also read as empty.
      if (length === 0) return fail('ENODATA')
      const value = parseDecimal(length)
      if (Number.isNaN(value)) return fail('EINVAL')
      failure = undefined
      return value
    },
    error: () => failure,
    close: file.close,
  }
}
