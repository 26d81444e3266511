import type { JournalEntry } from '../journal/entry.js'
import type { RunClock } from '../sampler/sampler.js'
import { askForPlace, type PlaceQuestion } from './ask-for-place.js'

export interface SessionPlace {
  /** Waits for the answer. A run that blocked its thread until now had no ear for it, and asks again. */
  finish(): Promise<void>
}

/** Questions are answered or given up within two seconds, unless nobody could listen. */
const DEAF_MS = 3000

/** Learns the place of the machine beside the run, and journals it. Nothing of it throws or rejects. */
export const startSessionPlace = (
  question: PlaceQuestion | undefined,
  clock: RunClock,
  write: (entry: JournalEntry) => void,
): SessionPlace | undefined => {
  if (!question) return undefined
  /** Resolves with whether it is worth asking again. */
  const ask = async ({ isLast }: { readonly isLast: boolean }): Promise<boolean> => {
    const began = performance.now()
    const { place, problem } = await askForPlace(question)
    const t = clock()
    const wasDeaf = performance.now() - began > DEAF_MS
    if (!isLast && !place && (problem === undefined || wasDeaf)) return true
    if (place) write({ type: 'place', t, ...place })
    if (problem !== undefined)
      write({
        type: 'warning',
        t,
        code: 'LOCATION_BY_IP',
        message: `the service that tells the country of an IP address was no help: ${problem}; set country or cloud`,
      })
    return false
  }
  const first = ask({ isLast: false }).catch(() => false)
  return {
    finish: async () => {
      if (await first) await ask({ isLast: true }).catch(() => {})
    },
  }
}
