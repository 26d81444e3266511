import {
  accessSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { EpochwattError } from '../errors.js'
import { resolveOptions } from '../options/resolve-options.js'
import type { RunRecord } from '../record/record.js'
import { parseRecord } from '../record/record-schema.js'
import { createFolder } from './create-folder.js'
import type { OpenMark } from './owner.js'
import { writeWhole } from './write-whole.js'

/** Default folder of the store, in the working directory. */
export const DEFAULT_DIR = '.epochwatt'

/** A run of the store whose record cannot be read, and why. It is left as it is. */
export interface UnreadableRun {
  readonly id: string
  readonly reason: string
}

/**
 * Runs on disk:
 *
 *     <dir>/runs/<id>/events.jsonl, samples.jsonl, record.json; of runs of days samples.1.jsonl.gz and so on
 *     <dir>/open/<id>            who writes it; there while the run is not finished
 */
export interface RunStore {
  readonly dir: string
  readonly runDirectory: (id: string) => string
  /** Records of all finished runs, oldest first, and those that could not be read. */
  list(): { readonly records: readonly RunRecord[]; readonly unreadable: readonly UnreadableRun[] }
  /**
   * The record of one run, by id, unique beginning of an id, name, or `latest`.
   * @throws EpochwattError `RUN_NOT_FOUND`, `RUN_AMBIGUOUS` or `RECORD_INVALID`.
   */
  read(reference: string): RunRecord
  /** Ids of runs that were begun and not finished. */
  openRuns(): string[]
}

/**
 * Ids are ours, but a store may have been unpacked from anywhere: an id never leads out of the store, and is no name
 * that Windows has for a device.
 */
const ID = /^(?!(?:con|prn|aux|nul|com\d|lpt\d)$)[a-z0-9][a-z0-9_-]{0,127}$/i

/** A link may lead anywhere, and a run that is recovered is written to. */
export const isRunFolder = (directory: string): boolean =>
  lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() === true

const names = (folder: string): string[] => {
  try {
    return readdirSync(folder).filter(name => ID.test(name))
  } catch {
    return []
  }
}

const readRecord = (path: string): RunRecord => {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new EpochwattError('RECORD_INVALID', `${path} cannot be read: ${(cause as Error).message}.`, {
      cause,
    })
  }
  return parseRecord(value, path)
}

/** The store that runs started here would be written to: environment, config file, default. */
const configuredDir = (): string => resolveOptions().values.dir ?? DEFAULT_DIR

/**
 * Opens a run store for reading. Nothing is created.
 *
 * @param dir Default: where `startTracking()` without a `dir` would write.
 * @throws EpochwattError for a config file that cannot be.
 * @example
 * const { records } = openStore('.epochwatt').list()
 */
export const openStore = (dir: string = configuredDir()): RunStore => {
  const root = resolve(dir)
  const runDirectory = (id: string): string => join(root, 'runs', id)

  const list: RunStore['list'] = () => {
    const records: RunRecord[] = []
    const unreadable: UnreadableRun[] = []
    for (const id of names(join(root, 'runs'))) {
      if (!isRunFolder(runDirectory(id))) continue
      const path = join(runDirectory(id), 'record.json')
      try {
        statSync(path)
      } catch {
        continue
      }
      try {
        records.push(readRecord(path))
      } catch (error) {
        unreadable.push({ id, reason: (error as Error).message })
      }
    }
    records.sort((a, b) => a.started_at.localeCompare(b.started_at))
    return { records, unreadable }
  }

  const read: RunStore['read'] = reference => {
    const exact = join(runDirectory(reference), 'record.json')
    if (ID.test(reference) && isRunFolder(runDirectory(reference))) {
      try {
        statSync(exact)
        return readRecord(exact)
      } catch (error) {
        if (error instanceof EpochwattError) throw error
      }
    }
    const { records } = list()
    const matching =
      reference === 'latest'
        ? records.slice(-1)
        : records.filter(record => record.id.startsWith(reference) || record.name === reference)
    if (matching.length > 1) {
      throw new EpochwattError(
        'RUN_AMBIGUOUS',
        `"${reference}" means ${matching.length} runs: ${matching
          .map(({ id }) => id)
          .slice(-5)
          .join(', ')}; give more of the id.`,
      )
    }
    const [record] = matching
    if (!record) {
      throw new EpochwattError(
        'RUN_NOT_FOUND',
        `No finished run "${reference}" in ${root}; \`epochwatt list\` shows what is there.`,
      )
    }
    return record
  }

  return { dir: root, runDirectory, list, read, openRuns: () => names(join(root, 'open')) }
}

/** The error for a store that cannot take a run. */
export const unwritable = (dir: string, cause: unknown): EpochwattError =>
  new EpochwattError(
    'STORE_UNWRITABLE',
    `Option "dir" is ${JSON.stringify(dir)}, where nothing can be written (${(cause as Error).message}); accepted: the path of a folder that can be created and written to.`,
    { cause },
  )

/**
 * Creates the store's folders where they are missing, readable by their owner only.
 *
 * @throws EpochwattError `STORE_UNWRITABLE` naming the option and what is accepted.
 */
export const assertWritable = (dir: string): void => {
  try {
    for (const folder of ['runs', 'open']) {
      createFolder(join(resolve(dir), folder))
      accessSync(join(resolve(dir), folder), constants.W_OK)
    }
  } catch (cause) {
    throw unwritable(dir, cause)
  }
}

/**
 * Creates the folder of a new run and marks it as open.
 *
 * @throws EpochwattError `STORE_UNWRITABLE` as above.
 */
export const createRun = (dir: string, id: string, mark: OpenMark): string => {
  assertWritable(dir)
  const directory = join(resolve(dir), 'runs', id)
  try {
    mkdirSync(directory, { mode: 0o700 })
    writeFileSync(join(resolve(dir), 'open', id), JSON.stringify(mark), { mode: 0o600 })
  } catch (cause) {
    throw unwritable(dir, cause)
  }
  return directory
}

/** Writes a run's record and takes the run off the list of open ones. */
export const closeRun = (dir: string, record: RunRecord): void => {
  const root = resolve(dir)
  writeWhole(join(root, 'runs', record.id, 'record.json'), `${JSON.stringify(record, undefined, 2)}\n`)
  rmSync(join(root, 'open', record.id), { force: true })
}

/** Removes a run, journal and all, as if it had never been begun. */
export const discardRun = (directory: string): void => {
  const root = join(directory, '..', '..')
  rmSync(directory, { recursive: true, force: true })
  rmSync(join(root, 'open', basename(directory)), { force: true })
}
