import { constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { copyFile, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Artifact, ArtifactSource } from '../artifact/artifact.js'
import { md5Base64 } from '../artifact/digest.js'
import { md5Base64OfFile } from '../artifact/file-digest.js'
import type { ManifestEntry } from '../artifact/manifest.js'
import { WandbError } from '../errors.js'
import type { Content } from '../http/content.js'
import type { RunDirectory } from '../run/run-directory.js'
import type { RunStorage } from './run-storage.js'
import { stagedReference } from './staged-reference.js'

/**
 * A run's directory. Artifacts are copied into it: W&B's sync deletes what it has uploaded, so the user's own files
 * must never be named; and what is edited after logging must not change what was logged.
 */
export class DirectoryStorage implements RunStorage {
  readonly path: string
  readonly filesDir: string
  readonly #copies: string
  #copied = 0

  constructor({ path, filesDir, artifactsDir }: Pick<RunDirectory, 'path' | 'filesDir' | 'artifactsDir'>) {
    this.path = path
    this.filesDir = filesDir
    this.#copies = resolve(artifactsDir)
  }

  write(path: string, bytes: Uint8Array): void {
    const target = join(this.filesDir, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, bytes)
  }

  file(path: string): Content | undefined {
    const own = join(this.filesDir, path)
    return statSync(own, { throwIfNoEntry: false })?.isFile() ? { path: own } : undefined
  }

  async stage(artifact: Artifact): Promise<ManifestEntry[]> {
    const entries: ManifestEntry[] = []
    for (const [path, source] of artifact.sources) entries.push(await this.#stageSource(path, source))
    return entries
  }

  stageBytes(path: string, bytes: Uint8Array): ManifestEntry {
    const localPath = this.#newCopy()
    writeFileSync(localPath, bytes)
    return { path, digest: md5Base64(bytes), size: bytes.length, localPath }
  }

  staged(localPath: string): Content {
    if (existsSync(localPath)) return { path: localPath }
    // The whole directory may have been moved since.
    const moved = join(this.#copies, basename(localPath))
    if (existsSync(moved)) return { path: moved }
    throw new WandbError(
      'USAGE',
      `The artifact's file ${localPath} is gone; it may have been uploaded and removed already.`,
    )
  }

  async discard(localPath: string): Promise<void> {
    if (dirname(localPath) === this.#copies) await rm(localPath, { force: true })
  }

  async #stageSource(path: string, source: ArtifactSource): Promise<ManifestEntry> {
    if (source.kind === 'buffer') return this.stageBytes(path, source.bytes)
    if (source.kind === 'reference') return referenceEntry(path, source)
    const localPath = this.#newCopy()
    // A clone where the file system can; it costs neither time nor space.
    await copyFile(source.path, localPath, constants.COPYFILE_FICLONE)
    const [digest, { size }] = await Promise.all([md5Base64OfFile(localPath), stat(localPath)])
    return { path, digest, size, localPath }
  }

  #newCopy(): string {
    mkdirSync(this.#copies, { recursive: true })
    return join(this.#copies, String(this.#copied++))
  }
}

const referenceEntry = async (
  path: string,
  source: Extract<ArtifactSource, { kind: 'reference' }>,
): Promise<ManifestEntry> => {
  if (source.digest || !source.uri.startsWith('file:')) return stagedReference(path, source)
  const file = fileURLToPath(source.uri)
  const [digest, { size }] = await Promise.all([md5Base64OfFile(file), stat(file)])
  return { path, digest, size, ref: source.uri }
}
