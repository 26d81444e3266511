import { constants, mkdirSync, writeFileSync } from 'node:fs'
import { copyFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Artifact, ArtifactSource } from './artifact.js'
import { md5Base64, md5Base64OfFile } from './digest.js'

/** One file of an artifact as the manifest has it. `localPath` is a copy of ours that may be deleted after upload. */
export interface ManifestEntry {
  readonly path: string
  readonly digest: string
  readonly size: number
  readonly ref?: string
  readonly localPath?: string
}

/**
 * Copies of an artifact's files in a folder of the run. W&B's sync deletes what it has uploaded, so the user's own
 * files must never be named; and what is edited after logging must not change what was logged.
 */
export class Staging {
  readonly #dir: string
  #files = 0

  constructor(dir: string) {
    this.#dir = resolve(dir)
  }

  async stage(artifact: Artifact): Promise<ManifestEntry[]> {
    const entries: ManifestEntry[] = []
    for (const [path, source] of artifact.sources) entries.push(await this.#stageSource(path, source))
    return entries
  }

  /** The same for content that is at hand, at once. */
  stageBuffer(path: string, bytes: Uint8Array): ManifestEntry {
    const localPath = this.#newPath()
    writeFileSync(localPath, bytes)
    return { path, digest: md5Base64(bytes), size: bytes.length, localPath }
  }

  async #stageSource(path: string, source: ArtifactSource): Promise<ManifestEntry> {
    if (source.kind === 'buffer') return this.stageBuffer(path, source.bytes)
    if (source.kind === 'reference') return referenceEntry(path, source)
    const localPath = this.#newPath()
    // A clone where the file system can; it costs neither time nor space.
    await copyFile(source.path, localPath, constants.COPYFILE_FICLONE)
    const [digest, { size }] = await Promise.all([md5Base64OfFile(localPath), stat(localPath)])
    return { path, digest, size, localPath }
  }

  #newPath(): string {
    mkdirSync(this.#dir, { recursive: true })
    return join(this.#dir, String(this.#files++))
  }
}

const referenceEntry = async (
  path: string,
  { uri, digest, size }: Extract<ArtifactSource, { kind: 'reference' }>,
): Promise<ManifestEntry> => {
  if (digest || !uri.startsWith('file:')) return { path, digest: digest || uri, size, ref: uri }
  const file = fileURLToPath(uri)
  const [md5, { size: bytes }] = await Promise.all([md5Base64OfFile(file), stat(file)])
  return { path, digest: md5, size: bytes, ref: uri }
}
