import { dirname, join } from 'node:path'
import { WandbError } from '../errors.js'
import { createClient, type WandbClient } from '../http/wandb-client.js'
import { logRows } from '../record/log-rows.js'
import { readPlacedRecords, readRecords } from '../record/read-records.js'
import type { BodyOf, RecordBody } from '../record/record-body.js'
import { findRunFiles } from '../run/find-run-files.js'
import { isSynced, markSynced } from '../run/synced-mark.js'
import { createTerminal, type Terminal } from '../run/terminal.js'
import { findApiKey, loadSettings } from '../settings/node-settings.js'
import type { Settings, SettingsInput } from '../settings/settings.js'
import { DirectoryStorage } from '../storage/directory-storage.js'
import { findRun, type KnownRun } from '../upload/resume.js'
import { Uploader } from '../upload/uploader.js'

/** What `sync` uploads, and where to. */
export interface SyncOptions {
  /** Uploads also what is marked as uploaded. */
  includeSynced?: boolean
  settings?: SettingsInput
}

/** What became of one run. */
export interface SyncedRun {
  readonly path: string
  readonly id: string
  /** `skipped`: it was marked as uploaded. `partial`: something is missing on the server; a warning said what. */
  readonly outcome: 'uploaded' | 'partial' | 'skipped'
  readonly url: string | undefined
  /** Rows sent now; rows that the server had already are not sent again. */
  readonly rows: number
}

/** The exit code of a run that never said how it ended. */
const CRASHED = 1

/**
 * Uploads runs that were recorded offline, or whose program crashed or lost the network. A run that was uploaded in
 * part goes on where the server stopped.
 *
 * @param path a run's directory, its `.wandb` file, or a `wandb` folder with the directories of runs.
 * @throws {WandbError} `USAGE` if there is no run, `AUTHENTICATION`, `COMMUNICATION`, `FILE_FORMAT`.
 *
 * @example
 * for (const run of await sync('wandb')) console.log(run.outcome, run.url)
 */
export const sync = async (
  path: string,
  { includeSynced = false, settings: input = {} }: SyncOptions = {},
): Promise<SyncedRun[]> => {
  const settings = loadSettings(input)
  const terminal = createTerminal(settings)
  const logs = findRunFiles(path)
  const runs: SyncedRun[] = []
  let client: WandbClient | undefined
  for (const log of logs) {
    if (!includeSynced && isSynced(log)) {
      runs.push({ path: log, id: survey(log).run?.runId ?? '', outcome: 'skipped', url: undefined, rows: 0 })
      continue
    }
    client ??= createClient({ settings, apiKey: findApiKey(settings) })
    runs.push(await syncOne(log, client, settings, terminal))
  }
  return runs
}

interface Survey {
  /** The run as it was described last. */
  readonly run: BodyOf<'run'> | undefined
  readonly environments: readonly BodyOf<'environment'>[]
  readonly hasExit: boolean
}

/** Read before anything is sent: the server must know the writer from the first request on. */
const survey = (log: string): Survey => {
  let run: BodyOf<'run'> | undefined
  let hasExit = false
  const environments: BodyOf<'environment'>[] = []
  for (const { recordType } of readRecords(log)) {
    if (recordType.case === 'run') run = recordType.value
    else if (recordType.case === 'environment') environments.push(recordType.value)
    else if (recordType.case === 'exit') hasExit = true
  }
  return { run, environments, hasExit }
}

const syncOne = async (
  log: string,
  client: WandbClient,
  settings: Settings,
  terminal: Terminal,
): Promise<SyncedRun> => {
  const { run: recorded, environments, hasExit } = survey(log)
  if (!recorded) throw new WandbError('FILE_FORMAT', `${log} does not say of which run it is.`)
  const run = {
    ...recorded,
    entity: settings.entity || recorded.entity || '',
    project: settings.project || recorded.project || 'uncategorized',
  }
  const id = run.runId ?? ''
  const dir = dirname(log)
  const signal = new AbortController().signal
  const known = await findRun(client, { id, project: run.project, entity: run.entity }, signal)
  // Rows may be there of another process under the same id; only this one's are not to be sent again.
  const mine =
    known && environments.some(({ writerId = '' }) => known.writers.has(writerId)) ? known : undefined
  const uploader = new Uploader({
    client,
    settings,
    storage: new DirectoryStorage({
      path: dir,
      filesDir: join(dir, 'files'),
      artifactsDir: join(dir, 'artifacts'),
    }),
    log: logRows(log, body => isSent(body, mine)),
    terminal,
  })
  for (const value of environments) uploader.accept({ case: 'environment', value })
  const progress = known ? { storageId: known.storageId, offsets: known.offsets } : {}
  await uploader.start(run, progress, signal)
  let rows = 0
  for (const { record, position } of readPlacedRecords(log)) {
    const { recordType } = record
    if (recordType.case === undefined || isSent(recordType, mine)) continue
    if (recordType.case === 'history') rows++
    uploader.accept(recordType, position)
  }
  if (!hasExit) uploader.accept({ case: 'exit', value: { exitCode: CRASHED } })
  const complete = await uploader.finish(Number.POSITIVE_INFINITY)
  if (complete) markSynced(log)
  return { path: log, id, outcome: complete ? 'uploaded' : 'partial', url: uploader.url, rows }
}

const isSent = (body: RecordBody, known: KnownRun | undefined): boolean => {
  if (!known) return false
  if (body.case === 'history') return known.lastStep !== undefined && stepOf(body.value) <= known.lastStep
  if (body.case === 'stats')
    return secondsOf(body.value) <= (known.lastEventSeconds ?? Number.NEGATIVE_INFINITY)
  return false
}

const stepOf = ({ item = [], step }: BodyOf<'history'>): number => {
  const own = item.find(({ key, nestedKey }) => (nestedKey?.length ? nestedKey[0] : key) === '_step')
  return own ? Number(own.valueJson) : Number(step?.num ?? 0)
}

const secondsOf = ({ timestamp }: BodyOf<'stats'>): number =>
  Number(timestamp?.seconds ?? 0n) + (timestamp?.nanos ?? 0) / 1e9
