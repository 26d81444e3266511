import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A file of the journal that has grown to this goes on in its next segment: half a day at one reading a second. */
export const SEGMENT_BYTES = 8 * 2 ** 20

/** What a packed segment's name ends in beside its own. */
export const PACKED = '.gz'

/** A part of one of the journal's files, as it lies on disk. */
export interface Segment {
  /** 0 for the first. */
  readonly number: number
  /** Name of its file. */
  readonly name: string
  readonly isPacked: boolean
}

/** `samples.jsonl`, `samples.1.jsonl`, `samples.2.jsonl` and so on. */
export const segmentName = (file: string, number: number): string =>
  number === 0 ? file : file.replace(/\.jsonl$/, `.${number}.jsonl`)

const numberOf = (file: string, name: string): number | undefined => {
  const number = name === file ? 0 : Number(name.split('.').at(-2))
  return number >= 0 && segmentName(file, number) === name ? number : undefined
}

/**
 * The segments of one of the journal's files among the names in a run's folder, in the order of writing. One that is
 * there twice was being packed: then what was written first counts.
 */
export const segmentsOf = (names: readonly string[], file: string): readonly Segment[] => {
  const found = new Map<number, Segment>()
  for (const name of names) {
    const isPacked = name.endsWith(PACKED)
    const number = numberOf(file, isPacked ? name.slice(0, -PACKED.length) : name)
    if (number === undefined || (isPacked && found.has(number))) continue
    found.set(number, { number, name, isPacked })
  }
  return [...found.values()].sort((a, b) => a.number - b.number)
}

/** Path of the segment that is written to, or may be. */
export const lastSegment = (directory: string, file: string): string => {
  const last = segmentsOf(readdirSync(directory), file).at(-1)
  // The last one is never packed, but for those that others may have taken away.
  return join(directory, segmentName(file, last ? last.number + Number(last.isPacked) : 0))
}

/** Size of all segments on disk, bytes. */
export const segmentBytes = (directory: string, file: string): number =>
  segmentsOf(readdirSync(directory), file).reduce(
    (sum, { name }) => sum + statSync(join(directory, name)).size,
    0,
  )
