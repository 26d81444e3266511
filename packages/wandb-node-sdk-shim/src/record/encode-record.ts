import { create, toBinary } from '@bufbuild/protobuf'
import { randomId } from '../settings/run-id.js'
import { encodeItemsRecord } from './encode-items.js'
import type { RecordBody } from './record-body.js'
import { RecordSchema } from './wandb_pb.gen.js'

/** `body` as the bytes of record number `num`. */
export const encodeRecord = (num: number, body: RecordBody): Uint8Array => {
  if (body.case === 'history' || body.case === 'summary') {
    const fast = encodeItemsRecord(num, body)
    if (fast) return fast
  }
  // `wandb sync` of 0.28 waits for an answer to these two, and without a return address waits forever.
  const isAnswered = body.case === 'run' || body.case === 'exit'
  const control = isAnswered ? { control: { mailboxSlot: randomId(12) } } : {}
  return toBinary(RecordSchema, create(RecordSchema, { num: BigInt(num), recordType: body, ...control }))
}
