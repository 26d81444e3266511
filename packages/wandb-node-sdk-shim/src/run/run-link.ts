import type { ArtifactOutcome } from '../artifact/artifact.js'
import type { RemoteArtifact } from '../artifact/remote-artifact.js'
import type { RecordBody } from '../record/record-body.js'

/** What an online run needs of its connection to the server. */
export interface RunLink {
  /** The run's page. */
  readonly url: string
  /** Aborted when somebody presses Stop on that page. */
  readonly stopSignal: AbortSignal
  /** `position` is where the record begins in the run's file, if it stands there. */
  accept(body: RecordBody, position?: number): void
  artifactOutcome(clientId: string): Promise<ArtifactOutcome>
  useArtifact(name: string): Promise<RemoteArtifact>
  /** Uploads the rest until `deadlineMs` of `performance.now()`; true if nothing is left. Never rejects. */
  finish(deadlineMs: number): Promise<boolean>
}
