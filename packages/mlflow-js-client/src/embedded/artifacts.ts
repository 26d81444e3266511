import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { uniqueId } from '../http/unique-id.js'
import { refusal } from './refusal.js'

/** @throws MlflowError `INVALID_PARAMETER_VALUE` for a path that leads out of the folder */
const within = (folder: string, path: string): string => {
  const whole = resolve(folder, path)
  if (whole === resolve(folder) || whole.startsWith(resolve(folder) + sep)) return whole
  throw refusal('INVALID_PARAMETER_VALUE', `Invalid path: ${path}`)
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')

/** Appears only when it is complete. */
export const storeArtifact = async (
  folder: string,
  path: string,
  body: ReadableStream<Uint8Array> | null,
): Promise<void> => {
  const target = within(folder, path)
  await mkdir(dirname(target), { recursive: true })
  const partial = join(dirname(target), `.${basename(target)}.${uniqueId()}.partial`)
  try {
    const chunks = body === null ? [] : (body as unknown as AsyncIterable<Uint8Array>)
    await pipeline(Readable.from(chunks), createWriteStream(partial))
    await rename(partial, target)
  } finally {
    await rm(partial, { force: true })
  }
}

export const readArtifact = async (folder: string, path: string): Promise<Response> => {
  const file = within(folder, path)
  const found = await stat(file).catch(error => {
    if (isMissing(error)) return undefined
    throw error
  })
  if (!found?.isFile()) throw refusal('RESOURCE_DOES_NOT_EXIST', `No such artifact: '${path}'`)
  return new Response(Readable.toWeb(createReadStream(file)) as unknown as ReadableStream<Uint8Array>)
}

export const listArtifacts = async (folder: string, path: string) => {
  const at = within(folder, path)
  const entries = await readdir(at, { withFileTypes: true }).catch(error => {
    if (isMissing(error)) return []
    throw error
  })
  const files = await Promise.all(
    entries
      .filter(entry => !entry.name.endsWith('.partial'))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(async entry => {
        const file = join(at, entry.name)
        const info = { path: relative(folder, file).split(sep).join('/'), is_dir: entry.isDirectory() }
        return entry.isDirectory() ? info : { ...info, file_size: (await stat(file)).size }
      }),
  )
  return files
}
