import type { MessageInitShape } from '@bufbuild/protobuf'
import type { Record as RecordMessage, RecordSchema } from './wandb_pb.gen.js'

type Cases = RecordMessage['recordType']['case']

/** One entry of the run's record stream, before it has a number: `{ case: 'history', value: {...} }`. */
export type RecordBody = Extract<
  NonNullable<MessageInitShape<typeof RecordSchema>['recordType']>,
  { case: NonNullable<Cases>; value: unknown }
>

/** The value of one kind of entry. */
export type BodyOf<K extends RecordBody['case']> = Extract<RecordBody, { case: K }>['value']

/** The same as it is put together here, rather than as it was read from a file. */
export type NewBodyOf<K extends RecordBody['case']> = Exclude<BodyOf<K>, { $typeName: string }>

/** One named value of a history, summary or config record, already serialized. */
export interface JsonItem {
  readonly key: string
  readonly valueJson: string
}
