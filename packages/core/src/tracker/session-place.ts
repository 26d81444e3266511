import type { JournalEntry } from '../journal/entry.js'
import type { RunClock } from '../sampler/sampler.js'
import { askForPlace, type PlaceQuestion } from './ask-for-place.js'

export interface SessionPlace {
  /** Waits for the answer. A run that blocked its thread until now had no ear for it, and asks again. */
  finish(): Promise<void>
}

/** Learns the place of the machine beside the run, and journals it. Nothing of it throws or rejects. */
export const startSessionPlace = (
  question: PlaceQuestion | undefined,
  clock: RunClock,
  write: (entry: JournalEntry) => void,
): SessionPlace | undefined => {
  if (!question) return undefined
  /** Resolves with whether anybody answered. */
  const learn = async (): Promise<boolean> => {
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
    return place !== undefined || problem !== undefined
  }
  const first = learn().catch(() => false)
  return {
    finish: async () => {
      if (!(await first)) await learn().catch(() => {})
    },
  }
}
