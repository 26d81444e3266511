import type { ArtifactOutcome } from './artifact.js'

interface Pending {
  readonly promise: Promise<ArtifactOutcome>
  readonly resolve: (outcome: ArtifactOutcome) => void
}

const NOT_UPLOADED: ArtifactOutcome = { id: undefined }

/** How the uploads of artifacts end, by client id; asked for before or after it is known. */
export class ArtifactOutcomes {
  readonly #pending = new Map<string, Pending>()
  #isOver = false

  of(clientId: string): Promise<ArtifactOutcome> {
    return this.#isOver && !this.#pending.has(clientId)
      ? Promise.resolve(NOT_UPLOADED)
      : this.#entry(clientId).promise
  }

  settle(clientId: string, outcome: ArtifactOutcome = NOT_UPLOADED): void {
    this.#entry(clientId).resolve(outcome)
  }

  /** Nothing more is coming: whoever waits is told so. */
  settleAll(): void {
    this.#isOver = true
    for (const { resolve } of this.#pending.values()) resolve(NOT_UPLOADED)
  }

  #entry(clientId: string): Pending {
    let entry = this.#pending.get(clientId)
    if (!entry) {
      let resolve: Pending['resolve'] = () => {}
      const promise = new Promise<ArtifactOutcome>(settle => {
        resolve = settle
      })
      entry = { promise, resolve }
      this.#pending.set(clientId, entry)
    }
    return entry
  }
}
