import type { Artifact } from '../artifact/artifact.js'
import type { ManifestEntry } from '../artifact/manifest.js'
import type { Content } from '../http/content.js'

/**
 * Where a run keeps what is more than a row until it is uploaded: its directory in Node, memory in a browser. Paths of
 * the run's files have forward slashes.
 */
export interface RunStorage {
  /** The run's directory, which `sync` takes, and within it the files of its page. */
  readonly path?: string
  readonly filesDir?: string
  /** Keeps a file of the run's page. */
  write(path: string, bytes: Uint8Array): void
  /** A file of the run's page, if there is one. */
  file(path: string): Content | undefined
  /** Copies the content of an artifact as it is now. */
  stage(artifact: Artifact): Promise<ManifestEntry[]>
  /** The same for content that is at hand, at once. */
  stageBytes(path: string, bytes: Uint8Array): ManifestEntry
  /** What was copied, by its name in the record. */
  staged(localPath: string): Content
  /** Forgets a copy that is uploaded; what is not a copy of ours stays. */
  discard(localPath: string): Promise<void>
}
