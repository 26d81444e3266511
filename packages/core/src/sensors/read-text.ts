import { readFileSync } from 'node:fs'

/** The stable code of a failed system call, e.g. `EACCES`; `EUNKNOWN` for anything else. */
export const errorCode = (error: unknown): string =>
  typeof (error as { code?: unknown } | undefined)?.code === 'string'
    ? (error as { code: string }).code
    : 'EUNKNOWN'

/** The trimmed text of a small file, or undefined when it cannot be read. */
export const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'latin1').trim()
  } catch {
    return undefined
  }
}

/** The non-negative decimal that a small file consists of, or undefined. */
export const readNumber = (path: string): number | undefined => {
  const text = readText(path)
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}
