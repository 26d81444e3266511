import { crc32 } from 'node:zlib'

/**
 * The container of a `.wandb` file: a LevelDB log. Blocks of 32 KiB hold chunks of 7 header bytes and data; a record
 * is one FULL chunk or a FIRST, any MIDDLE and a LAST chunk, none of which crosses a block. Unlike LevelDB, the
 * checksum is the plain CRC-32 of zlib, unmasked, and the file begins with 7 bytes of its own inside block 0.
 */
export const BLOCK_BYTES = 32_768
export const CHUNK_HEADER_BYTES = 7

export const CHUNK_FULL = 1
export const CHUNK_FIRST = 2
export const CHUNK_MIDDLE = 3
export const CHUNK_LAST = 4

/** `:W&B`, the magic number 0xBEE1 (little endian), version 0. */
export const FILE_HEADER: Uint8Array = Uint8Array.of(0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0x00)

const TYPE_CRC = [0, CHUNK_FULL, CHUNK_FIRST, CHUNK_MIDDLE, CHUNK_LAST].map(type => crc32(Buffer.of(type)))

/** Checksum of a chunk. Without data it is the type's own: zlib answers 0 for no bytes, whatever it starts from. */
export const chunkCrc = (type: number, data: Uint8Array): number =>
  data.length === 0 ? TYPE_CRC[type]! : crc32(data, TYPE_CRC[type])
