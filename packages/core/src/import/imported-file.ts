import type { RunRecord } from '../record/record.js'

/** What an import found in one file. */
export interface ImportedFile {
  readonly records: readonly RunRecord[]
  /** Rows that could not be understood and are not among the records. */
  readonly problems: readonly { readonly line: number; readonly message: string }[]
}
