import type { JournalEntry } from '../journal/entry.js'
import type { RunClock } from '../sampler/sampler.js'
import { askForPlace, type PlaceQuestion } from './ask-for-place.js'

export interface SessionPlace {
  /** Waits for the answer. */
  finish(): Promise<void>
}

/** Learns the place of the machine beside the run, and journals it. Nothing of it throws or rejects. */
export const startSessionPlace = (
  question: PlaceQuestion | undefined,
  clock: RunClock,
  write: (entry: JournalEntry) => void,
): SessionPlace | undefined => {
  if (!question) return undefined
  const learn = async (): Promise<void> => {
    const { place, problem } = await askForPlace(question)
    const t = clock()
    if (place) write({ type: 'place', t, ...place })
    if (problem !== undefined)
      write({
        type: 'warning',
        t,
        code: 'LOCATION_BY_IP',
        message: `the service that tells the country of an IP address was no help: ${problem}; set country or cloud`,
      })
  }
  const learnt = learn().catch(() => {})
  return { finish: () => learnt }
}
