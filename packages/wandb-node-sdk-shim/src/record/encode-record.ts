import { create, toBinary } from '@bufbuild/protobuf'
import { encodeItemsRecord } from './encode-items.js'
import type { RecordBody } from './record-body.js'
import { RecordSchema } from './wandb_pb.gen.js'

/** `body` as the bytes of record number `num`. */
export const encodeRecord = (num: number, body: RecordBody): Uint8Array => {
  if (body.case === 'history' || body.case === 'summary') {
    const fast = encodeItemsRecord(num, body)
    if (fast) return fast
  }
  return toBinary(RecordSchema, create(RecordSchema, { num: BigInt(num), recordType: body }))
}
