import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeItemsRecord } from './encode-items.js'
import { encodeRecord } from './encode-record.js'
import { RecordSchema } from './wandb_pb.gen.js'

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 })
const items = fc.array(fc.record({ key: text, valueJson: text }), { maxLength: 12 })
const num = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const step = fc.nat(Number.MAX_SAFE_INTEGER)

describe('record encoding', () => {
  it('gives rows the bytes that the protobuf runtime gives them', () => {
    fc.assert(
      fc.property(num, items, fc.option(step, { nil: undefined }), (num, item, step) => {
        const body = {
          case: 'history' as const,
          value: { item, ...(step === undefined ? {} : { step: { num: BigInt(step) } }) },
        }
        const expected = toBinary(RecordSchema, create(RecordSchema, { num: BigInt(num), recordType: body }))
        expect(Buffer.from(encodeItemsRecord(num, body)!).equals(expected)).toBe(true)
      }),
    )
    fc.assert(
      fc.property(num, items, (num, update) => {
        const body = { case: 'summary' as const, value: { update } }
        const expected = toBinary(RecordSchema, create(RecordSchema, { num: BigInt(num), recordType: body }))
        expect(Buffer.from(encodeItemsRecord(num, body)!).equals(expected)).toBe(true)
      }),
    )
  })

  it('keeps removals and nested keys, which only the runtime encodes', () => {
    const summary = encodeRecord(1, { case: 'summary', value: { remove: [{ key: 'a' }] } })
    expect(fromBinary(RecordSchema, summary).recordType.value).toMatchObject({ remove: [{ key: 'a' }] })
    const history = encodeRecord(2, {
      case: 'history',
      value: { item: [{ nestedKey: ['a', 'b'], valueJson: '1' }] },
    })
    expect(fromBinary(RecordSchema, history).recordType.value).toMatchObject({
      item: [{ nestedKey: ['a', 'b'] }],
    })
  })

  it('is generated from the schema beside it', () => {
    const proto = readFileSync(new URL('wandb.proto', import.meta.url))
    const generated = readFileSync(new URL('wandb_pb.gen.ts', import.meta.url), 'utf8')
    const sum = createHash('sha256').update(proto).digest('hex')
    expect(
      generated.startsWith(`// sha256 of wandb.proto: ${sum}\n`),
      'run scripts/generate-protobuf.sh',
    ).toBe(true)
  })
})
