import { readdirSync } from 'node:fs'
import { EpochwattError } from '../errors.js'
import type { JournalEntry, RunEntry } from './entry.js'
import { JOURNAL_VERSION } from './entry.js'
import { isLaterEntry, parseEntry } from './entry-schema.js'
import { EVENTS_FILE, METERS_FILE, SAMPLES_FILE } from './files.js'
import { segmentLines } from './segment-lines.js'
import { segmentName, segmentsOf } from './segments.js'

/** A run's journal that is read while its entries are gone through, which can be done once. */
export interface Journal {
  readonly run: RunEntry
  /** In order of time. Those of a week would take a gigabyte together. */
  readonly entries: Iterable<JournalEntry>
  /** Lines so far that were no entries: torn by a crash or damaged since. They are skipped. */
  readonly damagedLines: readonly { readonly file: string; readonly line: number }[]
  /** Segments so far that are missing among others, or cannot be unpacked. */
  readonly lostSegments: readonly string[]
  /** Entries so far of kinds that only a later version of epochwatt knows. They are left out. */
  readonly laterEntries: number
}

interface Skipped {
  readonly damagedLines: { file: string; line: number }[]
  readonly lostSegments: string[]
  laterEntries: number
}

const unreadable = (directory: string, cause: unknown): EpochwattError =>
  new EpochwattError(
    'JOURNAL_UNREADABLE',
    `The journal in ${directory} cannot be read: ${(cause as Error).message}.`,
    { cause },
  )

/** Entries of one of the journal's files, in the order of writing. */
function* entriesOf(
  directory: string,
  names: readonly string[],
  file: string,
  skipped: Skipped,
): Generator<JournalEntry> {
  let expected = 0
  for (const segment of segmentsOf(names, file)) {
    if (segment.number > expected) skipped.lostSegments.push(segmentName(file, expected))
    expected = segment.number + 1
    let line = 0
    try {
      for (const block of segmentLines(directory, segment)) {
        for (const text of block) {
          line++
          if (text === '') continue
          let value: unknown
          try {
            value = JSON.parse(text)
          } catch {
            value = undefined
          }
          const entry = parseEntry(value)
          if (entry) yield entry
          else if (isLaterEntry(value)) skipped.laterEntries++
          else skipped.damagedLines.push({ file: segment.name, line })
        }
      }
    } catch (cause) {
      if (!segment.isPacked) throw unreadable(directory, cause)
      skipped.lostSegments.push(segment.name)
    }
  }
}

/** Entries of several sources, each in order of time, in order of time; of equal ones the earlier source's first. */
function* merged(sources: readonly Iterator<JournalEntry>[]): Generator<JournalEntry> {
  const heads = sources.map(source => source.next())
  for (;;) {
    let first = -1
    for (let at = 0; at < heads.length; at++) {
      if (heads[at]!.done) continue
      if (first < 0 || heads[at]!.value.t < heads[first]!.value.t) first = at
    }
    if (first < 0) return
    yield heads[first]!.value
    heads[first] = sources[first]!.next()
  }
}

/**
 * Opens a run's journal. Damaged lines and kinds of a later version are skipped and counted; everything else is used.
 *
 * @throws EpochwattError `JOURNAL_UNREADABLE` when there is no journal, `JOURNAL_HEADLESS` when its first entry is lost,
 * `JOURNAL_VERSION` when a later version wrote it; also while entries are gone through, the first of them.
 */
export const openJournal = (directory: string): Journal => {
  const skipped: Skipped = { damagedLines: [], lostSegments: [], laterEntries: 0 }
  let names: string[]
  try {
    names = readdirSync(directory)
  } catch (cause) {
    throw unreadable(directory, cause)
  }
  if (segmentsOf(names, EVENTS_FILE)[0]?.number !== 0) {
    throw unreadable(directory, new Error(`${EVENTS_FILE} is missing`))
  }
  // Windows may begin in the past, and figures of the grid apply when they apply: these are few, and sorted.
  const events = [...entriesOf(directory, names, EVENTS_FILE, skipped)].sort((a, b) => a.t - b.t)
  const run = events.find((entry): entry is RunEntry => entry.type === 'run')
  if (!run) {
    throw new EpochwattError(
      'JOURNAL_HEADLESS',
      `The journal in ${directory} has lost its first entry, which says what the readings mean; delete the folder or restore it from a copy.`,
    )
  }
  if (run.version > JOURNAL_VERSION) {
    throw new EpochwattError(
      'JOURNAL_VERSION',
      `The journal in ${directory} has version ${run.version}; this epochwatt reads up to ${JOURNAL_VERSION}. Update epochwatt.`,
    )
  }
  const readings = [SAMPLES_FILE, METERS_FILE].map(file => entriesOf(directory, names, file, skipped))
  return {
    run,
    entries: merged([events.values(), ...readings]),
    damagedLines: skipped.damagedLines,
    lostSegments: skipped.lostSegments,
    get laterEntries() {
      return skipped.laterEntries
    },
  }
}

/** All of a journal at once, for who looks at single entries. @throws as `openJournal`. */
export const readJournal = (directory: string): Journal & { readonly entries: readonly JournalEntry[] } => {
  const journal = openJournal(directory)
  const entries = [...journal.entries]
  return { ...journal, entries }
}
