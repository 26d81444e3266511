import { platform } from '#platform'

/** PNG colour types for 1 (grey), 2 (grey, alpha), 3 (RGB) and 4 (RGBA) channels. */
const COLOUR_TYPES = [0, 0, 4, 2, 6]
const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

const chunk = (type: string, data: Uint8Array): Uint8Array => {
  const out = new Uint8Array(12 + data.length)
  const view = new DataView(out.buffer)
  view.setUint32(0, data.length)
  out.set(new TextEncoder().encode(type), 4)
  out.set(data, 8)
  view.setUint32(8 + data.length, platform.crc32(out.subarray(4, 8 + data.length)))
  return out
}

/** Pixels of 8 bits a channel, row after row, as a PNG. */
export const encodePng = (
  pixels: Uint8Array,
  width: number,
  height: number,
  channels: number,
): Uint8Array => {
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header[8] = 8
  header[9] = COLOUR_TYPES[channels]!
  const rowBytes = width * channels
  // Each row begins with its filter: 0, none.
  const rows = new Uint8Array((rowBytes + 1) * height)
  for (let row = 0; row < height; row++) {
    rows.set(pixels.subarray(row * rowBytes, (row + 1) * rowBytes), row * (rowBytes + 1) + 1)
  }
  const parts = [
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', platform.deflate(rows)),
    chunk('IEND', new Uint8Array()),
  ]
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
