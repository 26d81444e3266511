import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { PACKED, SEGMENT_BYTES, type Segment } from './segments.js'

const CHUNK = 2 ** 20
const NEWLINE = 10

/** No segment of ours is near this; a small file that unpacks to more was made to fill the memory. */
const MOST_UNPACKED = 8 * SEGMENT_BYTES

function* cut(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK)
}

/** What a packed segment holds; of a damaged one what comes before the damage, and then its error. */
function* unpacked(path: string): Generator<Buffer> {
  // At its first use: most runs never need it, and loading it takes longer than anything else here.
  const { constants, gunzipSync } = process.getBuiltinModule('node:zlib')
  const packed = readFileSync(path)
  const options = { maxOutputLength: MOST_UNPACKED }
  let failure: unknown
  let bytes: Buffer
  try {
    bytes = gunzipSync(packed, options)
  } catch (cause) {
    failure = cause
    try {
      bytes = gunzipSync(packed, { ...options, finishFlush: constants.Z_SYNC_FLUSH })
    } catch {
      throw cause
    }
  }
  yield* cut(bytes)
  if (failure) throw failure
}

function* chunksOf(path: string): Generator<Buffer> {
  const fd = openSync(path, 'r')
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK)
      const count = readSync(fd, chunk, 0, CHUNK, null)
      if (count === 0) return
      yield chunk.subarray(0, count)
    }
  } finally {
    closeSync(fd)
  }
}

/**
 * Lines of a segment without their ends, empty ones too, in blocks of about a megabyte: a week's journal does not fit
 * into memory twice.
 *
 * @throws the file system's error, and that of zlib.
 */
export function* segmentLines(directory: string, { name, isPacked }: Segment): Generator<string[]> {
  const path = join(directory, name)
  // Whoever writes the run may have packed it since the folder was looked at.
  const since = !isPacked && !existsSync(path) ? PACKED : ''
  let rest: Buffer[] = []
  for (const chunk of isPacked || since ? unpacked(path + since) : chunksOf(path)) {
    const end = chunk.lastIndexOf(NEWLINE)
    if (end < 0) {
      rest.push(chunk)
      continue
    }
    yield Buffer.concat([...rest, chunk.subarray(0, end)])
      .toString()
      .split('\n')
    rest = [chunk.subarray(end + 1)]
  }
  // The last line may have no end: it is torn, or whole but for that.
  yield Buffer.concat(rest).toString().split('\n')
}
