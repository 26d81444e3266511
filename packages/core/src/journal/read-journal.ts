import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EpochwattError } from '../errors.js'
import type { JournalEntry, RunEntry } from './entry.js'
import { JOURNAL_VERSION } from './entry.js'
import { isLaterEntry, parseEntry } from './entry-schema.js'
import { EVENTS_FILE, METERS_FILE, SAMPLES_FILE } from './files.js'

export interface Journal {
  readonly run: RunEntry
  /** In order of time. */
  readonly entries: readonly JournalEntry[]
  /** Lines that were no entries: torn by a crash or damaged since. They are skipped. */
  readonly damagedLines: readonly { readonly file: string; readonly line: number }[]
  /** Entries of kinds that only a later version of epochwatt knows. They are left out. */
  readonly laterEntries: number
}

interface Skipped {
  readonly damagedLines: { file: string; line: number }[]
  laterEntries: number
}

const readLines = (directory: string, file: string, skipped: Skipped): JournalEntry[] => {
  let text: string
  try {
    text = readFileSync(join(directory, file), 'utf8')
  } catch (cause) {
    // A run that died before its first sample has no samples, and most runs have no meters.
    if (file !== EVENTS_FILE && (cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new EpochwattError(
      'JOURNAL_UNREADABLE',
      `The journal in ${directory} cannot be read: ${(cause as Error).message}.`,
      {
        cause,
      },
    )
  }
  const entries: JournalEntry[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch {
      value = undefined
    }
    const entry = parseEntry(value)
    if (entry) entries.push(entry)
    else if (isLaterEntry(value)) skipped.laterEntries++
    else skipped.damagedLines.push({ file, line: index + 1 })
  }
  return entries
}

/**
 * Reads a run's journal. Damaged lines and kinds of a later version are skipped and counted; everything else is used.
 *
 * @throws EpochwattError `JOURNAL_UNREADABLE` when there is no journal, `JOURNAL_HEADLESS` when its first entry is lost,
 * `JOURNAL_VERSION` when a later version wrote it.
 */
export const readJournal = (directory: string): Journal => {
  const skipped: Skipped = { damagedLines: [], laterEntries: 0 }
  const entries = [
    ...readLines(directory, EVENTS_FILE, skipped),
    ...readLines(directory, SAMPLES_FILE, skipped),
    ...readLines(directory, METERS_FILE, skipped),
  ]
  const run = entries.find((entry): entry is RunEntry => entry.type === 'run')
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
  entries.sort((a, b) => a.t - b.t)
  return { run, entries, ...skipped }
}
