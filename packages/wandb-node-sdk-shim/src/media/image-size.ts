export interface ImageFormat {
  readonly format: string
  readonly width?: number
  readonly height?: number
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const textAt = (bytes: Uint8Array, start: number, end: number): string =>
  String.fromCharCode(...bytes.subarray(start, end))

/** Frame headers of JPEG that carry a size: SOF0 to SOF15, without DHT, JPG and DAC. */
const isFrameHeader = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

const jpegSize = (bytes: Uint8Array): ImageFormat => {
  const view = viewOf(bytes)
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1]!
    if (isFrameHeader(marker)) {
      return { format: 'jpg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    }
    at += 2 + view.getUint16(at + 2)
  }
  return { format: 'jpg' }
}

const webpSize = (bytes: Uint8Array): ImageFormat => {
  const kind = textAt(bytes, 12, 16)
  const view = viewOf(bytes)
  if (kind === 'VP8X' && bytes.length >= 30) {
    const threeBytes = (at: number) => view.getUint16(at, true) | (bytes[at + 2]! << 16)
    return { format: 'webp', width: threeBytes(24) + 1, height: threeBytes(27) + 1 }
  }
  if (kind === 'VP8 ' && bytes.length >= 30) {
    const [width, height] = [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff]
    return { format: 'webp', width, height }
  }
  if (kind === 'VP8L' && bytes.length >= 25) {
    const bits = view.getUint32(21, true)
    return { format: 'webp', width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
  }
  return { format: 'webp' }
}

/** Format and size of an encoded image, from its first bytes; undefined for a format that browsers do not show. */
export const imageFormatOf = (bytes: Uint8Array): ImageFormat | undefined => {
  const view = viewOf(bytes)
  if (bytes.length >= 24 && textAt(bytes, 1, 4) === 'PNG') {
    return { format: 'png', width: view.getUint32(16), height: view.getUint32(20) }
  }
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegSize(bytes)
  if (bytes.length >= 10 && textAt(bytes, 0, 4) === 'GIF8') {
    return { format: 'gif', width: view.getUint16(6, true), height: view.getUint16(8, true) }
  }
  if (textAt(bytes, 0, 4) === 'RIFF' && textAt(bytes, 8, 12) === 'WEBP') return webpSize(bytes)
  if (bytes.length >= 26 && textAt(bytes, 0, 2) === 'BM') {
    return { format: 'bmp', width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) }
  }
  const start = new TextDecoder().decode(bytes.subarray(0, 1024))
  if (/^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<svg[\s>]/.test(start)) return { format: 'svg' }
  return undefined
}
