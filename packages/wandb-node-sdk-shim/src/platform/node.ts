import { createHash } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { createReadStream, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crc32, deflateSync } from 'node:zlib'
import { WandbError } from '../errors.js'
import type { Content } from '../http/content.js'
import { putBytes } from '../http/put-bytes.js'
import { putFile } from '../http/put-file.js'
import { VERSION } from '../version.js'
import type { Platform, PlatformFiles } from './platform.js'

const statOf = (path: string) => statSync(path, { throwIfNoEntry: false })

const files: PlatformFiles = {
  isFile: path => statOf(path)?.isFile() ?? false,
  isFolder: path => statOf(path)?.isDirectory() ?? false,
  below: folder =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .map(entry => join(entry.parentPath, entry.name))
      .filter(path => statOf(path)?.isFile())
      .map(path => relative(folder, path).split(sep).join('/')),
  read: path => readFileSync(path),
  nameOf: path => basename(path),
  withSlashes: path => path.split(sep).join('/'),
  pathOfUrl: url => fileURLToPath(url),
  writeBelow: async (folder, path, bytes) => {
    const root = resolve(folder)
    const target = resolve(root, path)
    // The server's word is no reason to write outside the folder.
    if (!target.startsWith(root + sep)) {
      throw new WandbError('COMMUNICATION', `The artifact's file ${path} points outside.`)
    }
    mkdirSync(dirname(target), { recursive: true })
    await writeFile(target, bytes)
  },
}

async function* piecesOf(content: Content, start: number, end: number): AsyncGenerator<Uint8Array> {
  if ('bytes' in content) yield content.bytes.subarray(start, end)
  else yield* createReadStream(content.path, { start, end: end - 1 }) as AsyncIterable<Uint8Array>
}

const sizeOf = async (content: Content): Promise<number> =>
  'bytes' in content ? content.bytes.length : (await stat(content.path)).size

export const platform: Platform = {
  userAgent: `wandb-node-sdk-shim/${VERSION} (node)`,
  files,
  print: line => void process.stderr.write(`${line}\n`),
  background: timer => {
    ;(timer as { unref?: () => void }).unref?.()
    return timer
  },
  allowListeners: signal => setMaxListeners(0, signal),
  hash: (algorithm, data, encoding) => createHash(algorithm).update(data).digest(encoding),
  crc32: bytes => crc32(bytes),
  deflate: bytes => deflateSync(bytes),
  byteLength: text => Buffer.byteLength(text),
  sizeOf,
  partDigests: async (content, partBytes) => {
    const size = await sizeOf(content)
    const digests: string[] = []
    for (let start = 0; start < size; start += partBytes) {
      const hash = createHash('md5')
      for await (const piece of piecesOf(content, start, Math.min(size, start + partBytes)))
        hash.update(piece)
      digests.push(hash.digest('hex'))
    }
    return digests
  },
  put: (url, headers, { content, start = 0, end }, signal) =>
    'bytes' in content
      ? putBytes(url, headers, content.bytes.subarray(start, end), signal)
      : putFile(url, headers, { path: content.path, start, ...(end === undefined ? {} : { end }) }, signal),
}
