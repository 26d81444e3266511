import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalEntry, StopEntry } from '../journal/entry.js'
import { EVENTS_FILE, SAMPLES_FILE } from '../journal/files.js'
import { encodeEntry } from '../journal/line.js'
import { type Journal, openJournal } from '../journal/read-journal.js'
import { lastSegment, segmentBytes } from '../journal/segments.js'
import { zod } from '../lazy-zod.js'
import { buildRecord } from '../record/build-record.js'
import type { RunRecord } from '../record/record.js'
import { isOwnerAlive, parseOpenMark } from './owner.js'
import { closeRun, isRunFolder, openStore } from './run-store.js'

/** What `recoverRuns` did with the runs that it found open. Each open run is in one of the three lists. */
export interface Recovery {
  readonly recovered: readonly RunRecord[]
  readonly failed: readonly { readonly id: string; readonly reason: string }[]
  /** Open runs whose process lives, or that were left for later. */
  readonly left: readonly string[]
}

const listed = (names: readonly string[]): string =>
  `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`

const damageWarnings = ({ damagedLines, lostSegments, laterEntries }: Journal): RunRecord['warnings'] => {
  const places = damagedLines.map(({ file, line }) => `${file}:${line}`)
  const damaged = {
    code: 'JOURNAL_DAMAGED',
    message: `${damagedLines.length} line(s) of the journal could not be read and were skipped (${listed(places)})`,
  }
  const lost = {
    code: 'JOURNAL_DAMAGED',
    message: `part of the journal is missing or could not be unpacked (${listed(lostSegments)}); figures are of the rest`,
  }
  const later = {
    code: 'JOURNAL_LATER',
    message: `${laterEntries} entries of the journal are of kinds that a later version of epochwatt wrote; they are left out`,
  }
  return [
    ...(damagedLines.length > 0 ? [damaged] : []),
    ...(lostSegments.length > 0 ? [lost] : []),
    ...(laterEntries > 0 ? [later] : []),
  ]
}

/** A journal's record, with what could not be read of it among the warnings. */
export const recordOfJournal = (journal: Journal, entries = journal.entries): RunRecord => {
  const record = buildRecord(journal.run, entries)
  return { ...record, warnings: [...record.warnings, ...damageWarnings(journal)] }
}

/** The entries of a run, with the end that its process did not write, which is journalled now. */
function* ended(directory: string, entries: Journal['entries']): Generator<JournalEntry> {
  let hasStop = false
  let last = 0
  for (const entry of entries) {
    hasStop ||= entry.type === 'stop'
    last = Math.max(last, entry.t)
    yield entry
  }
  if (hasStop) return
  const stop: StopEntry = {
    type: 'stop',
    t: last,
    status: 'killed',
    reason: 'the process ended without stopping the run; figures reach to its last reading',
  }
  // A newline first: the last line may be torn.
  appendFileSync(lastSegment(directory, EVENTS_FILE), `\n${encodeEntry(stop)}`)
  yield stop
}

const recoveredRecord = (directory: string): RunRecord => {
  const journal = openJournal(directory)
  return recordOfJournal(journal, ended(directory, journal.entries))
}

const isWritten = (root: string, id: string, directory: string): boolean => {
  const mark = parseOpenMark(readFileSync(join(root, 'open', id), 'utf8'))
  return mark !== undefined && isOwnerAlive(mark, directory)
}

const sizeOf = (directory: string): number => {
  try {
    return segmentBytes(directory, SAMPLES_FILE)
  } catch {
    return 0
  }
}

/**
 * Finishes runs whose process is gone: their record is built from what the journal holds, with the original times.
 *
 * @param dir Run store.
 * @param options `mostBytes`: larger journals are left for later, so that a start is never held up by them. `except`: a
 * run that is not looked at, the caller's own.
 *
 * @example
 * ```ts
 * const { recovered, failed } = recoverRuns('.epochwatt')
 * for (const { id, energy } of recovered) console.log(id, energy.total_kwh)
 * ```
 */
export const recoverRuns = (
  dir: string,
  {
    mostBytes = Number.POSITIVE_INFINITY,
    except,
  }: { readonly mostBytes?: number; readonly except?: string } = {},
): Recovery => {
  const store = openStore(dir)
  const recovered: RunRecord[] = []
  const failed: { id: string; reason: string }[] = []
  const left: string[] = []
  const open = store.openRuns().filter(id => id !== except)
  // First of all: a library that cannot be loaded is no fault of a run, and must not end it.
  if (open.length > 0) zod()
  for (const id of open) {
    const directory = store.runDirectory(id)
    try {
      if (!isRunFolder(directory)) throw new Error(`${directory} is no folder of its own`)
      if (sizeOf(directory) > mostBytes || isWritten(store.dir, id, directory)) {
        left.push(id)
        continue
      }
      const record = recoveredRecord(directory)
      closeRun(dir, record)
      recovered.push(record)
    } catch (error) {
      // Another process was quicker, and has finished it.
      if (!existsSync(join(store.dir, 'open', id))) continue
      failed.push({ id, reason: (error as Error).message })
      // A run that can never be finished is not tried again at every start; its folder stays.
      rmSync(join(store.dir, 'open', id), { force: true })
    }
  }
  return { recovered, failed, left }
}
