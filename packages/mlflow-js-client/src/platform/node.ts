import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { createWriteStream, openAsBlob, readFileSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { locationOf } from '../embedded/location.js'
import { MlflowError } from '../errors/mlflow-error.js'
import type { Fetch } from '../http/transport.js'
import { version } from '../version.js'
import { beforeExit } from './exit.js'
import { nodeSourceTags } from './node-source-tags.js'
import type { AsyncScope, Platform } from './platform.js'
import { tlsFetch } from './tls-fetch.js'

const readCredentialsFile = (): string | undefined => {
  try {
    return readFileSync(join(homedir(), '.mlflow', 'credentials'), 'utf8')
  } catch {
    return undefined
  }
}

const listFiles = async (path: string): Promise<readonly string[] | undefined> => {
  if (!(await stat(path)).isDirectory()) return undefined
  const root = resolve(path)
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(entry => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

/** A wrong URI is refused now; the database is loaded once something is sent. */
const lazyEmbeddedFetch = (trackingUri: string): Fetch => {
  const location = locationOf(trackingUri)
  let loaded: Promise<Fetch> | undefined
  return async (url, init) => {
    loaded ??= import('../embedded/embedded-fetch.js').then(({ embeddedFetch }) => embeddedFetch(location))
    return (await loaded)(url, init)
  }
}

export const nodePlatform: Platform = {
  environment: () => process.env,
  forgetVariable: name => {
    delete process.env[name]
  },
  readCredentialsFile,
  headers: { 'user-agent': `mlflow-js-client/${version}` },
  createRequestId: randomUUID,
  tlsFetch,
  embeddedFetch: lazyEmbeddedFetch,
  openFile: async path => {
    // openAsBlob of a folder succeeds and fails only when it is read.
    if (!(await stat(path)).isFile()) throw new MlflowError('INVALID_PAYLOAD', `${path} is not a file.`)
    return openAsBlob(path)
  },
  listFiles,
  writeFile: async (path, chunks) => {
    await mkdir(dirname(path), { recursive: true })
    const partial = `${path}.partial`
    try {
      await pipeline(Readable.from(chunks), createWriteStream(partial))
      await rename(partial, path)
    } finally {
      await rm(partial, { force: true })
    }
  },
  canStreamUploads: true,
  sourceTags: nodeSourceTags,
  createAsyncScope: <T>(): AsyncScope<T> => {
    const storage = new AsyncLocalStorage<T>()
    return { current: () => storage.getStore(), run: <R>(value: T, fn: () => R) => storage.run(value, fn) }
  },
  beforeExit,
}
