import type { Artifact } from '../artifact/artifact.js'
import { md5Base64 } from '../artifact/digest.js'
import type { ManifestEntry } from '../artifact/manifest.js'
import { WandbError } from '../errors.js'
import type { Content } from '../http/content.js'
import type { RunStorage } from './run-storage.js'
import { stagedReference } from './staged-reference.js'

/** Files and artifacts of a run in a page, until they are uploaded or the page is gone. */
export class MemoryStorage implements RunStorage {
  readonly #files = new Map<string, Uint8Array>()
  readonly #copies = new Map<string, Uint8Array>()
  #copied = 0

  write(path: string, bytes: Uint8Array): void {
    this.#files.set(path, bytes)
  }

  file(path: string): Content | undefined {
    const bytes = this.#files.get(path)
    return bytes && { bytes }
  }

  async stage(artifact: Artifact): Promise<ManifestEntry[]> {
    return Array.from(artifact.sources, ([path, source]) => {
      if (source.kind === 'reference') return stagedReference(path, source)
      if (source.kind === 'buffer') return this.stageBytes(path, source.bytes)
      throw new WandbError('USAGE', `Artifact "${artifact.name}": a page cannot read ${source.path}.`)
    })
  }

  stageBytes(path: string, bytes: Uint8Array): ManifestEntry {
    const localPath = `memory:${this.#copied++}`
    this.#copies.set(localPath, bytes)
    return { path, digest: md5Base64(bytes), size: bytes.length, localPath }
  }

  staged(localPath: string): Content {
    const bytes = this.#copies.get(localPath)
    if (!bytes) throw new WandbError('USAGE', 'The content of an artifact is gone.')
    return { bytes }
  }

  async discard(localPath: string): Promise<void> {
    this.#copies.delete(localPath)
  }
}
