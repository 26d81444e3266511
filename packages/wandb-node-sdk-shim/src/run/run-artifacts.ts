import { Artifact, type ArtifactOutcome } from '../artifact/artifact.js'
import { artifactRecordOf, type LogArtifactOptions } from '../artifact/artifact-record.js'
import { artifactDigest } from '../artifact/digest.js'
import type { ManifestEntry } from '../artifact/manifest.js'
import { WandbError } from '../errors.js'
import type { ArtifactIds } from '../media/media.js'
import type { RecordBody } from '../record/record-body.js'
import type { RunStorage } from '../storage/run-storage.js'

export interface RunArtifactsOptions {
  readonly runId: string
  readonly project: string
  readonly entity: string
  readonly storage: RunStorage
  readonly write: (body: RecordBody) => void
  /** How an upload ends; at once where there is none. */
  readonly outcomeOf: (clientId: string) => Promise<ArtifactOutcome>
}

/** The artifacts that a run logs. */
export class RunArtifacts {
  readonly #options: RunArtifactsOptions
  readonly #pending = new Set<Promise<unknown>>()

  constructor(options: RunArtifactsOptions) {
    this.#options = options
  }

  /** Copies the content and writes the record. */
  async log(artifact: Artifact, options: LogArtifactOptions, useAfterCommit: boolean): Promise<void> {
    if (artifact.digest !== undefined) {
      throw new WandbError(
        'USAGE',
        `Artifact "${artifact.name}" is already logged; make a new one for a new version.`,
      )
    }
    const staged = this.#options.storage
      .stage(artifact)
      .then(entries => this.#write(artifact, entries, options, useAfterCommit))
    this.#pending.add(staged)
    try {
      await staged
    } finally {
      this.#pending.delete(staged)
    }
  }

  /** Logs one file that is at hand, at once. */
  logFile(name: string, type: string, path: string, bytes: Uint8Array): ArtifactIds {
    const artifact = new Artifact(
      `run-${this.#options.runId}-${name.replace(/[^\w.-]/g, '')}`.slice(0, 128),
      type,
    )
    this.#write(artifact, [this.#options.storage.stageBytes(path, bytes)], {}, false)
    return artifact
  }

  /** Waits for the content of all artifacts so far, whether it could be copied or not. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#pending)
  }

  #write(artifact: Artifact, entries: ManifestEntry[], options: LogArtifactOptions, useAfterCommit: boolean) {
    const { runId, project, entity, write, outcomeOf } = this.#options
    const digest = artifactDigest(entries)
    artifact.finalize(digest, outcomeOf(artifact.clientId))
    const value = artifactRecordOf(
      artifact,
      entries,
      digest,
      { runId, project, entity },
      options,
      useAfterCommit,
    )
    write({ case: 'artifact', value })
  }
}
