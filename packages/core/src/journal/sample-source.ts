import { join } from 'node:path'
import type { RunEntry } from './entry.js'
import { METERS_FILE, SAMPLES_FILE } from './files.js'
import { type DecodeEntry, joinedTail } from './journal-tail.js'

/** Follows what other threads write of a run's readings: the sampler, and the one that asks meters where there are any. */
export const tailSamples = (
  directory: string,
  { sensors }: Pick<RunEntry, 'sensors'>,
  decode?: DecodeEntry,
): ReturnType<typeof joinedTail> => {
  const files = sensors.some(({ ownPace }) => ownPace) ? [SAMPLES_FILE, METERS_FILE] : [SAMPLES_FILE]
  return joinedTail(
    files.map(file => join(directory, file)),
    decode,
  )
}
