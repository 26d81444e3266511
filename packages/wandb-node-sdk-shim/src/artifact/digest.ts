import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** Base64 MD5 of bytes: how W&B names the content of a file. */
export const md5Base64 = (bytes: Uint8Array | string): string =>
  createHash('md5').update(bytes).digest('base64')

/** Base64 MD5 of a file, read in pieces. */
export const md5Base64OfFile = async (path: string): Promise<string> => {
  const hash = createHash('md5')
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer)
  return hash.digest('base64')
}

/** Paths in the order of their code points; the order of `sort()` alone differs beyond the basic plane. */
export const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** Hex MD5 of an artifact: of a heading and one `path:digest` line for each file, in order. */
export const artifactDigest = (
  entries: Iterable<{ readonly path: string; readonly digest: string }>,
): string => {
  const hash = createHash('md5').update('wandb-artifact-manifest-v1\n')
  for (const { path, digest } of [...entries].sort((a, b) => byCodePoint(a.path, b.path))) {
    hash.update(`${path}:${digest}\n`)
  }
  return hash.digest('hex')
}
