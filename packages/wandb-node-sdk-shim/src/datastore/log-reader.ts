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
  /** Where the chunk ends in its block. */
  readonly end: number
}

/** One record's bytes, and where in the file it ends. */
export interface LogEntry {
  readonly payload: Buffer
  readonly end: number
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
    yield { type, data, end }
    at = end
  }
}

function* blocksOf(path: string, firstBlock: number): Generator<Buffer> {
  const fd = openSync(path, 'r')
  let at = firstBlock * BLOCK_BYTES
  try {
    for (;;) {
      const block = Buffer.allocUnsafe(BLOCK_BYTES)
      let filled = 0
      for (let read = -1; read !== 0 && filled < BLOCK_BYTES; filled += read) {
        read = readSync(fd, block, filled, BLOCK_BYTES - filled, at + filled)
      }
      at += filled
      if (filled > 0) yield block.subarray(0, filled)
      if (filled < BLOCK_BYTES) return
    }
  } finally {
    closeSync(fd)
  }
}

/**
 * The records of a `.wandb` file, in order. A tail cut off by a crash ends the sequence quietly; a damaged block costs
 * the records that touch its damaged part, not those after it.
 *
 * @param from where a record begins: the end of one that was read. Default the first.
 * @throws {WandbError} `FILE_FORMAT` if the file does not begin as a `.wandb` file does.
 */
export function* readLog(path: string, from = 0): Generator<LogEntry> {
  let pending: Buffer[] | undefined
  let blockStart = from - (from % BLOCK_BYTES)
  let start = Math.max(from % BLOCK_BYTES, blockStart === 0 ? FILE_HEADER.length : 0)
  let isEmpty = true
  for (const block of blocksOf(path, blockStart / BLOCK_BYTES)) {
    isEmpty = false
    if (blockStart === 0 && !block.subarray(0, FILE_HEADER.length).equals(FILE_HEADER)) {
      throw new WandbError('FILE_FORMAT', `${path} is not a .wandb file: its first bytes are not ":W&B".`)
    }
    for (const { type, data, end } of chunksOf(block, start)) {
      if (type === CHUNK_FULL) {
        pending = undefined
        yield { payload: data, end: blockStart + end }
      } else if (type === CHUNK_FIRST) {
        pending = [data]
      } else if (pending) {
        pending.push(data)
        if (type !== CHUNK_MIDDLE) {
          yield { payload: Buffer.concat(pending), end: blockStart + end }
          pending = undefined
        }
      }
    }
    start = 0
    blockStart += BLOCK_BYTES
  }
  if (isEmpty && from === 0) {
    throw new WandbError('FILE_FORMAT', `${path} is empty; a .wandb file begins with ":W&B".`)
  }
}
