import { md5 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { WandbError } from '../errors.js'
import { putBytes } from '../http/put-bytes.js'
import type { Platform } from './platform.js'
import { storedZlib } from './stored-zlib.js'

const noFiles = (): never => {
  throw new WandbError(
    'USAGE',
    'A browser has no files to read or write by path; pass bytes instead (artifact.addBuffer, new Image(bytes)).',
  )
}

const encoder = new TextEncoder()

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_entry, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')

const base64Of = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

export const platform: Platform = {
  userAgent: undefined,
  files: {
    isFile: noFiles,
    isFolder: noFiles,
    below: noFiles,
    read: noFiles,
    nameOf: noFiles,
    withSlashes: path => path,
    pathOfUrl: noFiles,
    writeBelow: noFiles,
  },
  print: line => console.warn(line),
  background: timer => timer,
  allowListeners: () => {},
  hash: (algorithm, data, encoding) => {
    // WebCrypto has no MD5, and no answer without waiting.
    const digest = (algorithm === 'md5' ? md5 : sha256)(
      typeof data === 'string' ? encoder.encode(data) : data,
    )
    return encoding === 'hex' ? hexOf(digest) : base64Of(digest)
  },
  crc32: bytes => {
    let crc = 0xffffffff
    for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff]!
    return (crc ^ 0xffffffff) >>> 0
  },
  deflate: storedZlib,
  byteLength: text => encoder.encode(text).length,
  sizeOf: async content => ('bytes' in content ? content.bytes.length : noFiles()),
  partDigests: async (content, partBytes) => {
    const { bytes } = 'bytes' in content ? content : noFiles()
    const starts = Array.from(
      { length: Math.ceil(bytes.length / partBytes) },
      (_part, index) => index * partBytes,
    )
    return starts.map(start => hexOf(md5(bytes.subarray(start, start + partBytes))))
  },
  put: async (url, headers, { content, start = 0, end }, signal) =>
    'bytes' in content ? putBytes(url, headers, content.bytes.subarray(start, end), signal) : noFiles(),
}
