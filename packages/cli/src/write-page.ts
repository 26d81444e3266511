import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { EpochwattError } from '@epochwatt/core'

/**
 * Writes a page and returns where it is.
 *
 * @param option Name of the option that gave the path, for the message.
 * @throws EpochwattError `REPORT_UNWRITABLE`.
 */
export const writePage = (path: string, option: string, page: string | Uint8Array): string => {
  const whole = resolve(path)
  try {
    writeFileSync(whole, page)
  } catch (cause) {
    throw new EpochwattError(
      'REPORT_UNWRITABLE',
      `Option "--${option}" is "${whole}", where nothing can be written (${(cause as Error).message}); accepted: the path of a file in a folder that exists.`,
      { cause },
    )
  }
  return whole
}
