import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { EpochwattError, messageOf } from '../errors.js'
import type { JournalEntry } from '../journal/entry.js'
import { parseEntry } from '../journal/entry-schema.js'
import { EVENTS_FILE } from '../journal/files.js'
import type { DecodeEntry } from '../journal/journal-tail.js'
import { LineTail } from '../journal/line-tail.js'
import { loadZod } from '../lazy-zod.js'
import type { RunRecord } from '../record/record.js'
import { type Recovery, recoverRuns } from '../store/recover-runs.js'
import { openStore, type RunStore } from '../store/run-store.js'
import { CSV_PACKAGE, csvExporter } from './csv-exporter.js'
import { isBeingDelivered, lockDelivery, unlockDelivery } from './delivery-lock.js'
import { type DeliveryNote, noteExporter, readNote, readNotes } from './delivery-note.js'
import { type ExportedRun, type ExporterOrigin, exportedRun, type RunExporter } from './exporter.js'
import { KNOWN_TRACKERS, type KnownTracker, resolvePackage } from './known-trackers.js'
import { loadExporter } from './portable.js'
import { type ExportOutcome, RunDelivery } from './run-delivery.js'
import { undeliveredOf } from './undelivered.js'

/** Enough for a week's run on a slow server; what is left then is delivered by the next call. */
const TIMEOUT_MS = 600_000

/** What `syncRuns` delivers, and where to. */
export interface SyncOptions {
  /** Run store. Default: where `startTracking()` without a `dir` would write. */
  readonly dir?: string
  /** Only these runs: ids, unique beginnings of ids, names or `latest`. Default: all. */
  readonly runs?: readonly string[]
  /** Only this tracking service; runs that were never meant for it are sent there, too. Its variables say where to. */
  readonly to?: KnownTracker['name']
  /** Most time for each run, milliseconds. Default ten minutes. */
  readonly timeoutMs?: number
}

/** What became of one run. */
export interface SyncedRun {
  readonly id: string
  readonly name: string
  readonly outcomes: readonly ExportOutcome[]
}

/** What `syncRuns` did. */
export interface SyncReport {
  /** Runs with something to deliver, oldest first. */
  readonly runs: readonly SyncedRun[]
  /** Runs whose process died, which were finished first. */
  readonly recovered: readonly string[]
  /** Runs that are left to the process that is tracking or delivering them. */
  readonly busy: readonly string[]
}

const PACKAGE_NAME = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/

interface Target {
  readonly key: string
  readonly name: string
  readonly origin?: ExporterOrigin
}

const decode: DecodeEntry = line => {
  try {
    return parseEntry(JSON.parse(line))
  } catch {
    return undefined
  }
}

/** What a backend is told about the run: as at its start, if the journal is there. */
const describeRun = (directory: string, record: RunRecord): ExportedRun => {
  const tail = new LineTail(join(directory, EVENTS_FILE))
  const entries: readonly (JournalEntry | undefined)[] = tail.read(1).map(({ text }) => decode(text))
  tail.close()
  const header = entries.find(entry => entry?.type === 'run')
  if (header?.type === 'run') return exportedRun(header)
  const { id, name, project, started_at: startedAt, params, tags } = record
  return { id, name, project, startedAt, params, tags }
}

const idsOf = (store: RunStore, references: readonly string[] | undefined): string[] => {
  if (references) return [...new Set(references.map(reference => store.read(reference).id))]
  try {
    return readdirSync(join(store.dir, 'runs')).sort()
  } catch {
    return []
  }
}

const trackerOf = (note: DeliveryNote): string =>
  KNOWN_TRACKERS.find(tracker => tracker.package === note.origin?.package)?.name ?? note.exporter

const targetsOf = (directory: string, to: SyncOptions['to']): Target[] => {
  const noted = [...readNotes(directory)].filter(([, note]) => to === undefined || trackerOf(note) === to)
  const waiting = noted.filter(([, note]) => !note.complete)
  const tracker = noted.length === 0 ? KNOWN_TRACKERS.find(({ name }) => name === to) : undefined
  return [
    ...waiting.map(([key, note]) => ({
      key,
      name: note.exporter,
      ...(note.origin && { origin: note.origin }),
    })),
    ...(tracker
      ? [{ key: tracker.name, name: tracker.name, origin: { package: tracker.package, destination: {} } }]
      : []),
  ]
}

/** Where a store may have come from somebody else: added to is what is a table of ours, or not there yet. */
const csvOf = ({ path }: ExporterOrigin['destination']): RunExporter => {
  const exporter = csvExporter({ path: path as string })
  if (exporter.origin) return exporter
  throw new EpochwattError('EXPORTER_IN_CODE', `${String(path)} is no .csv file; nothing was added to it.`)
}

const makeExporter = async ({ name, origin }: Target): Promise<RunExporter> => {
  if (!origin) {
    throw new EpochwattError(
      'EXPORTER_IN_CODE',
      `the exporter "${name}" exists in the code of the run only; nobody else can deliver to it.`,
    )
  }
  if (origin.package === CSV_PACKAGE) return csvOf(origin.destination)
  // A store may come from anywhere: it names packages that are installed here, never files.
  const module = PACKAGE_NAME.test(origin.package) ? resolvePackage(origin.package) : undefined
  if (module === undefined) {
    throw new EpochwattError(
      'EXPORTER_MISSING',
      `${origin.package} is not installed here: npm install ${origin.package}.`,
    )
  }
  return loadExporter(module, origin.destination)
}

const failed = (directory: string, target: Target, error: unknown): ExportOutcome => {
  const reason = messageOf(error)
  noteExporter(directory, target, reason)
  const note = readNote(directory, target.key)
  return {
    key: target.key,
    name: target.name,
    delivered: note?.delivered ?? 0,
    waiting: note ? undeliveredOf(directory, note) : 1,
    error: reason,
  }
}

const syncRun = async (
  directory: string,
  record: RunRecord,
  targets: readonly Target[],
  timeoutMs: number,
): Promise<readonly ExportOutcome[]> => {
  lockDelivery(directory)
  const delivery = new RunDelivery({ directory, run: describeRun(directory, record), decode })
  delivery.takeOver()
  delivery.complete()
  const failures: ExportOutcome[] = []
  for (const target of targets) {
    try {
      delivery.add({ key: target.key, exporter: await makeExporter(target) })
    } catch (error) {
      failures.push(failed(directory, target, error))
    }
  }
  try {
    return [...(await delivery.finish(timeoutMs)), ...failures]
  } finally {
    unlockDelivery(directory)
  }
}

/**
 * Delivers what runs could not deliver while they were tracked, with the original times and steps: the server was down,
 * the process was killed, there was no network. Runs of dead processes are finished first. Delivering twice changes
 * nothing.
 *
 * @throws EpochwattError `RUN_NOT_FOUND` and `RUN_AMBIGUOUS` for a run that is asked for. What cannot be delivered is in
 * the report, with the reason, and stays where it is.
 * @example
 * const { runs } = await syncRuns({ dir: '.epochwatt' })
 * for (const { id, outcomes } of runs) for (const { name, waiting, error } of outcomes) console.log(id, name, waiting, error)
 */
export const syncRuns = async (options: SyncOptions = {}): Promise<SyncReport> => {
  await loadZod()
  const store = options.dir === undefined ? openStore() : openStore(options.dir)
  const recovery: Recovery = existsSync(store.dir)
    ? recoverRuns(store.dir)
    : { recovered: [], failed: [], left: [] }
  const runs: SyncedRun[] = []
  const busy = new Set<string>()
  for (const id of idsOf(store, options.runs)) {
    const directory = store.runDirectory(id)
    const targets = targetsOf(directory, options.to)
    if (targets.length === 0) continue
    if (recovery.left.includes(id) || isBeingDelivered(directory)) {
      busy.add(id)
      continue
    }
    if (!existsSync(join(directory, 'record.json'))) continue
    const record = store.read(id)
    const outcomes = await syncRun(directory, record, targets, options.timeoutMs ?? TIMEOUT_MS)
    runs.push({ id, name: record.name, outcomes })
  }
  return { runs, recovered: recovery.recovered.map(({ id }) => id), busy: [...busy] }
}

/** What a run's exporters have yet to deliver. */
export interface Undelivered {
  readonly exporter: string
  /** Events that wait for `epochwatt sync`; the record is one of them. */
  readonly waiting: number
  readonly error?: string
  /** What the backend refused for good. */
  readonly refused: readonly { readonly item: string; readonly reason: string }[]
  readonly refusedCount: number
}

/**
 * Which exporters of a run have not delivered everything, and why. Empty for a run that is delivered or never was meant
 * to be.
 *
 * @param directory Folder of the run.
 * @example
 * undelivered(tracker.directory) // [{ exporter: 'mlflow', waiting: 12, error: 'connect ECONNREFUSED …', … }]
 */
export const undelivered = (directory: string): readonly Undelivered[] =>
  [...readNotes(directory).values()].flatMap(note => {
    const waiting = undeliveredOf(directory, note)
    const refusedCount = note.refused?.count ?? 0
    if (waiting === 0 && refusedCount === 0) return []
    return [
      {
        exporter: note.exporter,
        waiting,
        ...(note.error !== undefined && { error: note.error }),
        refused: note.refused?.first ?? [],
        refusedCount,
      },
    ]
  })
