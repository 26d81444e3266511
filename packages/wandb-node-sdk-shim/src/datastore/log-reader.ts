import { closeSync, openSync, readSync } from 'node:fs'
import { WandbError } from '../errors.js'
import {
  BLOCK_BYTES,
  CHUNK_FIRST,
  CHUNK_FULL,
  CHUNK_HEADER_BYTES,
  CHUNK_LAST,
  CHUNK_MIDDLE,
  chunkCrc,
  FILE_HEADER,
} from './log-format.js'

interface Chunk {
  readonly type: number
  readonly data: Buffer
}

/** The chunks of one block. What follows a damaged chunk in its block cannot be found again and is left out. */
function* chunksOf(block: Buffer, start: number): Generator<Chunk> {
  for (let at = start; at + CHUNK_HEADER_BYTES <= block.length; ) {
    const length = block.readUInt16LE(at + 4)
    const type = block[at + 6]!
    const end = at + CHUNK_HEADER_BYTES + length
    if (type < CHUNK_FULL || type > CHUNK_LAST || end > block.length) return
    const data = block.subarray(at + CHUNK_HEADER_BYTES, end)
    if (chunkCrc(type, data) !== block.readUInt32LE(at)) return
    yield { type, data }
    at = end
  }
}

function* blocksOf(path: string): Generator<Buffer> {
  const fd = openSync(path, 'r')
  try {
    for (;;) {
      const block = Buffer.allocUnsafe(BLOCK_BYTES)
      let filled = 0
      for (let read = -1; read !== 0 && filled < BLOCK_BYTES; filled += read) {
        read = readSync(fd, block, filled, BLOCK_BYTES - filled, null)
      }
      if (filled > 0) yield block.subarray(0, filled)
      if (filled < BLOCK_BYTES) return
    }
  } finally {
    closeSync(fd)
  }
}

/**
 * The payloads of a `.wandb` file, in order. A tail cut off by a crash ends the sequence quietly; a damaged block
 * costs the records that touch its damaged part, not those after it.
 *
 * @throws {WandbError} `FILE_FORMAT` if the file does not begin as a `.wandb` file does.
 */
export function* readLog(path: string): Generator<Buffer> {
  let pending: Buffer[] | undefined
  let start = FILE_HEADER.length
  for (const block of blocksOf(path)) {
    if (start > 0 && !block.subarray(0, start).equals(FILE_HEADER)) {
      throw new WandbError('FILE_FORMAT', `${path} is not a .wandb file: its first bytes are not ":W&B".`)
    }
    for (const { type, data } of chunksOf(block, start)) {
      if (type === CHUNK_FULL) {
        pending = undefined
        yield data
      } else if (type === CHUNK_FIRST) {
        pending = [data]
      } else if (pending) {
        pending.push(data)
        if (type !== CHUNK_MIDDLE) {
          yield Buffer.concat(pending)
          pending = undefined
        }
      }
    }
    start = 0
  }
  if (start > 0) throw new WandbError('FILE_FORMAT', `${path} is empty; a .wandb file begins with ":W&B".`)
}
