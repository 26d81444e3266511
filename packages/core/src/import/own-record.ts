import { RECORD_SCHEMA } from '../record/record.js'
import { parseRecord } from '../record/record-schema.js'
import type { ImportedFile } from './imported-file.js'

/** A record of ours: a page's download, or one from another machine. */
export const isOwnRecord = (text: string): boolean =>
  text.trimStart().startsWith('{') && text.includes(`"${RECORD_SCHEMA}"`)

export const readOwnRecord = (text: string): ImportedFile => {
  try {
    return { records: [parseRecord(JSON.parse(text), 'the record')], problems: [] }
  } catch (error) {
    return { records: [], problems: [{ line: 1, message: (error as Error).message }] }
  }
}
