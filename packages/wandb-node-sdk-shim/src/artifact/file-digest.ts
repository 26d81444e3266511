import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** Base64 MD5 of a file, read in pieces. */
export const md5Base64OfFile = async (path: string): Promise<string> => {
  const hash = createHash('md5')
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer)
  return hash.digest('base64')
}
