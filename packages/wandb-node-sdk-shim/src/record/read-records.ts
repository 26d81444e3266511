import { fromBinary } from '@bufbuild/protobuf'
import { readLog } from '../datastore/log-reader.js'
import { type Record as RecordMessage, RecordSchema } from './wandb_pb.gen.js'

/** One entry of a `.wandb` file. `recordType.case` is undefined for kinds that this package does not know. */
export type WandbRecord = RecordMessage

/** The same, with where in the file it begins and where the next one does. */
export interface PlacedRecord {
  readonly record: WandbRecord
  readonly position: number
  readonly next: number
}

/**
 * The records of a `.wandb` file, in order, up to where a crash may have cut it off.
 *
 * @throws {WandbError} `FILE_FORMAT` if it is not a `.wandb` file.
 *
 * @example
 * for (const { recordType } of readRecords('wandb/latest-run/run-abc.wandb')) {
 *   if (recordType.case === 'history') console.log(recordType.value.item)
 * }
 */
export function* readRecords(path: string): Generator<WandbRecord> {
  for (const { record } of readPlacedRecords(path)) yield record
}

/** The records from `position` on. */
export function* readPlacedRecords(path: string, position = 0): Generator<PlacedRecord> {
  let at = position
  for (const { payload, end } of readLog(path, position)) {
    yield { record: fromBinary(RecordSchema, payload), position: at, next: end }
    at = end
  }
}
