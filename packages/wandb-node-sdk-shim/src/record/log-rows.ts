import type { RowBody, RowSource } from '../upload/row-source.js'
import { readPlacedRecords } from './read-records.js'

/** The rows of a `.wandb` file, but for those that `isLeftOut`. */
export const logRows = (path: string, isLeftOut: (body: RowBody) => boolean = () => false): RowSource => ({
  *rowsFrom(position) {
    for (const { record, ...place } of readPlacedRecords(path, position)) {
      const { recordType: body } = record
      if ((body.case === 'history' || body.case === 'stats') && !isLeftOut(body)) yield { body, ...place }
    }
  },
})
