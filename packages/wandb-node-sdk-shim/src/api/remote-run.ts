import type { RemoteArtifact } from '../artifact/remote-artifact.js'
import type { JsonValue } from '../json/extended-json.js'

/** A run that the server has. */
export interface RemoteRun {
  readonly id: string
  /** Its name for people. */
  readonly name: string
  readonly entity: string
  readonly project: string
  /** `running`, `finished`, `failed`, `crashed`, `killed`, and what servers may add. */
  readonly state: string
  readonly createdAt: Date | undefined
  /** When the run was last heard of. */
  readonly heartbeatAt: Date | undefined
  /** Inputs, without W&B's own part. */
  readonly config: { readonly [key: string]: JsonValue }
  readonly summary: { readonly [key: string]: JsonValue }
  readonly tags: readonly string[]
  readonly notes: string
  readonly url: string
  /** Rows of the history in order, fetched page by page; one without any of `keys`, if they are given, is left out. */
  history(options?: { readonly keys?: readonly string[] }): AsyncGenerator<{ [key: string]: JsonValue }>
  /** An artifact of the run's project by `name:alias`; undefined if there is none. */
  artifact(name: string): Promise<RemoteArtifact | undefined>
}
