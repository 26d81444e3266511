const MAX_STORED = 65_535
const ADLER = 65_521

/** `bytes` in zlib's format without compressing them (RFC 1950, 1951: stored blocks), for where there is no zlib. */
export const storedZlib = (bytes: Uint8Array): Uint8Array => {
  const blocks = Math.max(1, Math.ceil(bytes.length / MAX_STORED))
  const out = new Uint8Array(2 + blocks * 5 + bytes.length + 4)
  const view = new DataView(out.buffer)
  view.setUint16(0, 0x7801)
  let at = 2
  for (let block = 0; block < blocks; block++) {
    const piece = bytes.subarray(block * MAX_STORED, (block + 1) * MAX_STORED)
    out[at] = block === blocks - 1 ? 1 : 0
    view.setUint16(at + 1, piece.length, true)
    view.setUint16(at + 3, ~piece.length & 0xffff, true)
    out.set(piece, at + 5)
    at += 5 + piece.length
  }
  let low = 1
  let high = 0
  for (const byte of bytes) {
    low = (low + byte) % ADLER
    high = (high + low) % ADLER
  }
  view.setUint32(at, high * 65_536 + low)
  return out
}
