import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
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

const spaceLeft = (offset: number) => BLOCK_BYTES - (offset % BLOCK_BYTES)

/** Bytes that `payloadBytes` take on disk when written at `offset`: padding, chunk headers and data. */
const framedBytes = (payloadBytes: number, offset: number): number => {
  const room = spaceLeft(offset)
  const padding = room < CHUNK_HEADER_BYTES ? room : 0
  let rest = payloadBytes - ((padding ? BLOCK_BYTES : room) - CHUNK_HEADER_BYTES)
  let chunks = 1
  for (; rest > 0; rest -= BLOCK_BYTES - CHUNK_HEADER_BYTES) chunks++
  return padding + chunks * CHUNK_HEADER_BYTES + payloadBytes
}

/** One record as the bytes to put at `offset` of the file, wherever in a block that is. */
const frameRecord = (payload: Uint8Array, offset: number): Buffer => {
  const framed = Buffer.allocUnsafe(framedBytes(payload.length, offset))
  const padding = spaceLeft(offset) < CHUNK_HEADER_BYTES ? spaceLeft(offset) : 0
  framed.fill(0, 0, padding)
  let at = padding
  let used = 0
  for (let first = true, last = false; !last; first = false) {
    // With exactly 7 bytes left, a FIRST chunk without data fills them, as the reference writers do.
    const room = spaceLeft(offset + at) - CHUNK_HEADER_BYTES
    const length = Math.min(payload.length - used, room)
    last = used + length === payload.length
    const type = first ? (last ? CHUNK_FULL : CHUNK_FIRST) : last ? CHUNK_LAST : CHUNK_MIDDLE
    const data = payload.subarray(used, used + length)
    framed.writeUInt32LE(chunkCrc(type, data), at)
    framed.writeUInt16LE(length, at + 4)
    framed[at + 6] = type
    framed.set(data, at + CHUNK_HEADER_BYTES)
    at += CHUNK_HEADER_BYTES + length
    used += length
  }
  return framed
}

/** Appends records to a new `.wandb` file. A record is in the operating system's hands when `append` returns. */
export class LogWriter {
  readonly #fd: number
  #offset = FILE_HEADER.length
  #closed = false

  /** Creates `path`; an existing file is an error (`EEXIST`), never overwritten. */
  constructor(path: string) {
    this.#fd = openSync(path, 'wx')
    this.#write(FILE_HEADER)
  }

  /** Answers where the record begins. */
  append(payload: Uint8Array): number {
    const position = this.#offset
    const framed = frameRecord(payload, this.#offset)
    this.#write(framed)
    this.#offset += framed.length
    return position
  }

  /** Puts the file on the disk itself and closes it. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    fsyncSync(this.#fd)
    closeSync(this.#fd)
  }

  #write(bytes: Uint8Array) {
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#fd, bytes, written)
  }
}
