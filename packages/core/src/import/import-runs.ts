import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunRecord } from '../record/record.js'
import { assertWritable, openStore, unwritable } from '../store/run-store.js'
import { writeWhole } from '../store/write-whole.js'

/** Ids of the runs by what became of them. */
export interface ImportOutcome {
  readonly added: readonly string[]
  /** Were there from an earlier import, and are now as this one has them. */
  readonly updated: readonly string[]
  readonly unchanged: readonly string[]
}

/** The record that is there is as good: it holds more of the run, or just the same. */
const isKept = (there: RunRecord, record: RunRecord): boolean =>
  there.epochs.length > record.epochs.length ||
  there.duration_s > record.duration_s ||
  JSON.stringify(there) === JSON.stringify(record)

const readRecord = (path: string): RunRecord | undefined => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as RunRecord
  } catch {
    // What cannot be read is written anew.
    return undefined
  }
}

/**
 * Puts imported records into a run store. A run that is there already is not added again, and is only replaced by a
 * record that holds as much of it or more.
 *
 * @param dir Run store. Default: EPOCHWATT_DIR, else `.epochwatt`.
 * @throws EpochwattError `STORE_UNWRITABLE` naming the option and what is accepted.
 *
 * @example
 * ```ts
 * const text = readFileSync('emissions.csv', 'utf8')
 * importRuns(readForeignFile(text, 'emissions.csv').records).added.length
 * ```
 */
export const importRuns = (records: readonly RunRecord[], dir?: string): ImportOutcome => {
  const store = openStore(dir)
  assertWritable(store.dir)
  const outcome = { added: new Set<string>(), updated: new Set<string>(), unchanged: new Set<string>() }
  for (const record of records) {
    const directory = store.runDirectory(record.id)
    const path = join(directory, 'record.json')
    const isThere = existsSync(path)
    const there = isThere ? readRecord(path) : undefined
    if (there && isKept(there, record)) {
      if (!outcome.added.has(record.id)) outcome.unchanged.add(record.id)
      continue
    }
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      writeWhole(path, `${JSON.stringify(record, undefined, 2)}\n`)
    } catch (cause) {
      throw unwritable(store.dir, cause)
    }
    // Two files of one command may hold the same run: it is still one that was not there before.
    if (!isThere) outcome.added.add(record.id)
    else if (!outcome.added.has(record.id)) outcome.updated.add(record.id)
  }
  return { added: [...outcome.added], updated: [...outcome.updated], unchanged: [...outcome.unchanged] }
}
