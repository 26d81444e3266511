import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openJournal } from '../journal/read-journal.js'
import type { RunRecord } from '../record/record.js'
import { isOwnerAlive, parseOpenMark } from './owner.js'
import { recordOfJournal } from './recover-runs.js'
import { openStore } from './run-store.js'

/** A run that was begun and not finished, as far as its journal goes. */
export interface OpenRun {
  /** Its status is `running`. */
  readonly record: RunRecord
  /** Whether its process still writes it; one that is dead waits for `epochwatt recover`. */
  readonly isAlive: boolean
}

const isWritten = (dir: string, id: string): boolean => {
  try {
    const mark = parseOpenMark(readFileSync(join(resolve(dir), 'open', id), 'utf8'))
    return mark !== undefined && isOwnerAlive(mark, openStore(dir).runDirectory(id))
  } catch {
    return false
  }
}

/**
 * The record so far of a run that has not ended: the one that it would have, had it ended at its last reading. Reads
 * the whole journal and changes nothing, so that another process may look on.
 *
 * @param id One of `openStore(dir).openRuns()`.
 * @throws EpochwattError for a journal that cannot be read.
 * @example
 * const store = openStore()
 * for (const id of store.openRuns()) console.log(readOpenRun(store.dir, id).record.energy.total_kwh)
 */
export const readOpenRun = (dir: string, id: string): OpenRun => ({
  record: recordOfJournal(openJournal(openStore(dir).runDirectory(id))),
  isAlive: isWritten(dir, id),
})
