import type { JournalEntry, PlaceEntry } from '../journal/entry.js'
import type { RunClock } from '../sampler/sampler.js'
import { askMetadata, type MetadataQuestion } from '../sensors/cloud/ask-metadata.js'
import type { CloudIdentity } from '../sensors/cloud/cloud-identity.js'

/** Whom to ask for the place of the machine, and what a run makes of the answer. */
export interface PlaceQuestion extends MetadataQuestion {
  readonly placed: (cloud: CloudIdentity) => Omit<PlaceEntry, 'type' | 't'>
}

export interface SessionPlace {
  /** Waits for the answer. A run that blocked its thread until now had no ear for it, and asks again. */
  finish(): Promise<void>
}

/** Learns the place of a rented machine beside the run, and journals it. Nothing of it throws or rejects. */
export const startSessionPlace = (
  question: PlaceQuestion | undefined,
  clock: RunClock,
  write: (entry: JournalEntry) => void,
): SessionPlace | undefined => {
  if (!question) return undefined
  let answered = false
  const ask = async (): Promise<void> => {
    const cloud = await askMetadata(question)
    if (!cloud || answered) return
    answered = true
    write({ type: 'place', t: clock(), ...question.placed(cloud) })
  }
  const first = ask().catch(() => {})
  return {
    finish: async () => {
      await first
      if (!answered) await ask().catch(() => {})
    },
  }
}
