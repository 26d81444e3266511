import { EpochwattError } from '../errors.js'
import { readCarbontrackerLog } from './carbontracker.js'
import { isCarbontrackerErrorLog, isCarbontrackerLog } from './carbontracker-log.js'
import { isCodeCarbonCsv, readCodeCarbonCsv } from './codecarbon.js'
import type { ImportedFile } from './imported-file.js'
import { isOwnRecord, readOwnRecord } from './own-record.js'

/** Every kind of file that can be imported. Adding one is a file of its own and a line here. */
const FORMATS = [
  { isOne: isOwnRecord, read: readOwnRecord },
  { isOne: isCodeCarbonCsv, read: readCodeCarbonCsv },
  { isOne: isCarbontrackerLog, read: readCarbontrackerLog },
  // So that all logs of a folder can be named at once.
  { isOne: isCarbontrackerErrorLog, read: (): ImportedFile => ({ records: [], problems: [] }) },
] as const

/**
 * Runs that another tool wrote down, as records: CodeCarbon's `emissions.csv` and task files, carbontracker's logs; and
 * records of ours that come from elsewhere, such as a page's download. The tool is told by the content. Figures are that tool's; tiers and methods say so, and what it did not write down is
 * absent with a reason. Pure.
 *
 * @param text Content of the file.
 * @param origin What to call the file in a message.
 * @throws EpochwattError `IMPORT_UNKNOWN` when it is no file of these tools.
 *
 * @example
 * ```ts
 * const { records, problems } = readForeignFile(readFileSync('emissions.csv', 'utf8'), 'emissions.csv')
 * ```
 */
export const readForeignFile = (text: string, origin: string): ImportedFile => {
  const format = FORMATS.find(({ isOne }) => isOne(text))
  if (!format)
    throw new EpochwattError(
      'IMPORT_UNKNOWN',
      `${origin} is neither an emissions.csv of CodeCarbon (columns timestamp, duration, emissions), nor a log of carbontracker, nor a record of epochwatt.`,
    )
  return format.read(text)
}
