import { crc32, deflateSync } from 'node:zlib'

/** PNG colour types for 1 (grey), 2 (grey, alpha), 3 (RGB) and 4 (RGBA) channels. */
const COLOUR_TYPES = [0, 0, 4, 2, 6]

const chunk = (type: string, data: Uint8Array): Buffer => {
  const out = Buffer.alloc(12 + data.length)
  out.writeUInt32BE(data.length, 0)
  out.write(type, 4, 'latin1')
  out.set(data, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length)
  return out
}

/** Pixels of 8 bits a channel, row after row, as a PNG. */
export const encodePng = (pixels: Uint8Array, width: number, height: number, channels: number): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  header[9] = COLOUR_TYPES[channels]!
  const rowBytes = width * channels
  // Each row begins with its filter: 0, none.
  const rows = Buffer.alloc((rowBytes + 1) * height)
  for (let row = 0; row < height; row++) {
    rows.set(pixels.subarray(row * rowBytes, (row + 1) * rowBytes), row * (rowBytes + 1) + 1)
  }
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
