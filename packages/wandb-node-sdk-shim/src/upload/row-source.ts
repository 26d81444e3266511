import type { RecordBody } from '../record/record-body.js'

/** A record that becomes a line of the history or of the machine's measurements. */
export type RowBody = Extract<RecordBody, { case: 'history' | 'stats' }>

/** A run's file as a source of rows. */
export interface RowSource {
  /** Rows from a record's position on, each with its own position and that of the record after it. */
  rowsFrom(position: number): Iterable<{ body: RowBody; position: number; next: number }>
}
