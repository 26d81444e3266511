import fc from 'fast-check'
import { BLOCK_BYTES, CHUNK_HEADER_BYTES, FILE_HEADER } from '../datastore/log-format.js'

/** Sizes of records that leave -24 to +24 bytes around a block's end, where padding and empty FIRST chunks happen. */
export const awkwardSize = fc.oneof(
  fc.nat(300),
  fc
    .integer({ min: -24, max: 24 })
    .map(delta => BLOCK_BYTES - CHUNK_HEADER_BYTES - FILE_HEADER.length + delta),
  fc.integer({ min: -24, max: 24 }).map(delta => 2 * (BLOCK_BYTES - CHUNK_HEADER_BYTES) + delta),
)

/** Bytes that tell their record and their place. */
export const payloadOf = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_value, index) => (index * 31 + seed * 17 + 1) & 0xff)
