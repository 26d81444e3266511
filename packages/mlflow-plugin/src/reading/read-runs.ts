import { EpochwattError, OptionError, parseRecord, type RunRecord } from '@epochwatt/core'
import {
  createMlflowClient,
  type MlflowClient,
  type MlflowClientOptions,
  MlflowError,
  type Run,
} from 'mlflow-js-client'
import { recordOfCodeCarbon } from './codecarbon-metrics.js'
import { EPOCH_KEYS, type EpochPoints, recordOfMetrics } from './energy-metrics.js'
import { type KeptRecords, openKeptRecords } from './kept-records.js'

/** Which runs to read, and all options of mlflow-js-client's connection. */
export interface ReadMlflowRunsOptions extends MlflowClientOptions {
  /** Name of the experiment, or its id. */
  readonly experiment: string
  /** Which runs of it, in MLflow's words: ``params.optimizer = 'adam'``. Default: all that are not deleted. */
  readonly filter?: string
  /** Folder that keeps what was read, as a run store: runs that have ended are then fetched once. Default: none. */
  readonly dir?: string
  /** Called after each run and each page. */
  readonly onProgress?: (progress: ReadProgress) => void
}

/** How far `readMlflowRuns` is. */
export interface ReadProgress {
  /** Runs looked at so far. */
  readonly runs: number
  /** Records among them. */
  readonly records: number
}

/** What `readMlflowRuns` found. */
export interface MlflowRuns {
  /** Oldest first. */
  readonly records: readonly RunRecord[]
  /** Runs of the experiment that have no figures, or none that can be read, and why. */
  readonly leftOut: readonly { readonly runId: string; readonly name: string; readonly reason: string }[]
}

const ARTIFACT = 'energy/record.json'

/** Downloads at once: enough to hide the latency, few enough for a small server. */
const CONCURRENCY = 4

const experimentOf = async (client: MlflowClient, given: string) => {
  const named = await client.experiments.getByName(given)
  if (named) return named
  try {
    if (/^\d+$/.test(given)) return await client.experiments.get(given)
  } catch (error) {
    if (!(error instanceof MlflowError) || error.status !== 404) throw error
  }
  const others = await client.experiments.search({ maxResults: 10 }).all()
  throw new EpochwattError(
    'MLFLOW_EXPERIMENT_UNKNOWN',
    `There is no experiment "${given}" at ${client.trackingUri}; there are: ${others.map(({ name }) => name).join(', ')}.`,
  )
}

/** Runs that may have a record: only these are asked for one. */
const isOurs = ({ data }: Run): boolean =>
  data.tags['epochwatt.run_id'] !== undefined ||
  data.metrics['energy/total_kwh'] !== undefined ||
  data.metrics['system/energy_total_kwh'] !== undefined

const artifactOf = async (client: MlflowClient, { info }: Run): Promise<RunRecord | string | undefined> => {
  let text: string
  try {
    text = await client.artifacts.downloadText(info.runId, ARTIFACT)
  } catch (error) {
    if (error instanceof MlflowError && error.status === 404) return undefined
    throw error
  }
  try {
    return parseRecord(JSON.parse(text), ARTIFACT)
  } catch (error) {
    return `its ${ARTIFACT} is not readable: ${(error as Error).message}`
  }
}

/** Histories of many runs, a hundred to a request. */
const pointsOf = async (
  client: MlflowClient,
  runs: readonly Run[],
): Promise<ReadonlyMap<string, EpochPoints>> => {
  const byRun = new Map<
    string,
    Map<string, Map<number, { step: number; value: number; key: string; timestamp: number }>>
  >()
  const ids = runs.map(({ info }) => info.runId)
  for (const key of EPOCH_KEYS) {
    for (const point of await client.metrics.historyOfRuns(ids, key)) {
      const ofRun = byRun.get(point.runId ?? '') ?? new Map()
      const ofKey = ofRun.get(key) ?? new Map()
      byRun.set(point.runId ?? '', ofRun.set(key, ofKey.set(point.step, point)))
    }
  }
  return byRun
}

const inParallel = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const queue = [...items]
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
}

/** What one page of runs has: records, or why not. */
const readPage = async (
  client: MlflowClient,
  page: readonly Run[],
  project: string,
  kept: KeptRecords | undefined,
  onRun: (run: Run, outcome: RunRecord | string) => void,
): Promise<void> => {
  const settle = (run: Run, outcome: RunRecord | string): void => {
    if (typeof outcome !== 'string') kept?.keep(run, outcome)
    onRun(run, outcome)
  }
  const withoutRecord: Run[] = []
  await inParallel(page, async run => {
    const known = kept?.find(run)
    if (known) return onRun(run, known)
    const artifact = isOurs(run) ? await artifactOf(client, run) : undefined
    if (artifact !== undefined) return settle(run, artifact)
    if (isOurs(run)) withoutRecord.push(run)
    else {
      settle(run, recordOfCodeCarbon(run, project) ?? 'it logged no energy, neither ours nor CodeCarbon’s')
    }
  })
  if (withoutRecord.length === 0) return
  const points = await pointsOf(client, withoutRecord)
  for (const run of withoutRecord) {
    settle(
      run,
      recordOfMetrics(run, points.get(run.info.runId) ?? new Map(), project) ?? 'it logged no energy yet',
    )
  }
}

/**
 * Records of the runs of an MLflow experiment: from the artifact that our exporter leaves; for runs that were killed
 * before, from their metrics; for runs of others that logged what CodeCarbon found, from that. Runs without energy are
 * told of in `leftOut`. Fetches page by page.
 *
 * @throws OptionError for an empty experiment, EpochwattError `MLFLOW_EXPERIMENT_UNKNOWN`, MlflowError for a server that
 * does not answer.
 * @example
 * const { records } = await readMlflowRuns({ trackingUri: 'http://127.0.0.1:5000', experiment: 'digits' })
 */
export const readMlflowRuns = async (options: ReadMlflowRunsOptions): Promise<MlflowRuns> => {
  const { experiment, filter, dir, onProgress, ...connection } = options
  if (typeof experiment !== 'string' || experiment.trim() === '') {
    throw new OptionError('experiment', experiment, 'a non-empty text')
  }
  const client = createMlflowClient(connection)
  const { experimentId, name: project } = await experimentOf(client, experiment)
  const kept = dir === undefined ? undefined : openKeptRecords(dir)
  const records = new Map<string, RunRecord>()
  const leftOut: { runId: string; name: string; reason: string }[] = []
  const seen = new Set<string>()
  const search = { experimentIds: [experimentId], ...(filter !== undefined && { filter }) }
  for await (const page of client.runs.search(search).pages()) {
    try {
      await readPage(client, page, project, kept, (run, outcome) => {
        const { runId, runName } = run.info
        seen.add(runId)
        if (typeof outcome === 'string') leftOut.push({ runId, name: runName, reason: outcome })
        // The latest comes first; a record that was sent to two runs is one run.
        else if (!records.has(outcome.id)) records.set(outcome.id, outcome)
        onProgress?.({ runs: seen.size, records: records.size })
      })
    } finally {
      kept?.save()
    }
  }
  if (filter === undefined) kept?.prune(seen)
  return {
    records: [...records.values()].sort((a, b) => a.started_at.localeCompare(b.started_at)),
    leftOut,
  }
}
