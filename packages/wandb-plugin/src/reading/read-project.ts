import { parseRecord, type RunRecord } from '@epochwatt/core'
import { type ReadRunsOptions, type RemoteRun, readRuns, WandbError } from 'wandb-node-sdk-shim'
import { energyArtifactName } from '../energy-artifact.js'
import { collectRuns, NO_ENERGY, type WandbRuns } from './logged-run.js'
import { EPOCH_ENERGY, recordOfFigures } from './record-of-figures.js'

/** Which runs of a project are read, and who is told how far it is. */
export interface ReadWandbOptions extends ReadRunsOptions {
  readonly onProgress?: (progress: { readonly runs: number }) => void
}

const statusOf = (state: string): RunRecord['status'] => {
  if (state === 'finished' || state === 'failed' || state === 'killed' || state === 'running') return state
  return state === 'crashed' ? 'killed' : 'running'
}

const isOurs = ({ config, summary }: RemoteRun): boolean =>
  'epochwatt' in config || 'energy/total_kwh' in summary || EPOCH_ENERGY in summary

const recordIdOf = ({ config, id }: RemoteRun): string => {
  const facts = config.epochwatt as { run_id?: unknown } | undefined
  return typeof facts?.run_id === 'string' ? facts.run_id : id
}

const artifactOf = async (run: RemoteRun): Promise<RunRecord | undefined> => {
  const artifact = await run.artifact(`${energyArtifactName(recordIdOf(run))}:latest`)
  const bytes = await artifact?.read('record.json')
  return bytes && parseRecord(JSON.parse(new TextDecoder().decode(bytes)), run.url)
}

const figuresOf = async (run: RemoteRun): Promise<RunRecord | undefined> => {
  const rows = []
  for await (const row of run.history({ keys: [EPOCH_ENERGY] })) rows.push(row)
  const runtime = run.summary._runtime
  const startedAt = run.createdAt ?? new Date(0)
  const seconds =
    typeof runtime === 'number'
      ? runtime
      : ((run.heartbeatAt ?? startedAt).getTime() - startedAt.getTime()) / 1000
  return recordOfFigures({
    id: run.id,
    name: run.name,
    project: run.project,
    status: statusOf(run.state),
    startedAt,
    durationSeconds: Math.max(0, seconds),
    config: run.config,
    summary: run.summary,
    rows,
  })
}

const read = async (run: RemoteRun): Promise<RunRecord | string> => {
  if (!isOurs(run)) return NO_ENERGY
  try {
    const record = await artifactOf(run)
    if (record) return record
  } catch (error) {
    // A server that does not answer ends the reading; an artifact that is broken does not.
    if (error instanceof WandbError && error.code === 'AUTHENTICATION') throw error
  }
  return (await figuresOf(run)) ?? NO_ENERGY
}

/**
 * Records of the runs of a W&B project: from the artifact that the exporter leaves; for runs that were killed before,
 * from their rows, summary and config. Runs without energy of ours are told of in `leftOut`. Fetches page by page.
 *
 * @param path `entity/project`, or `project` of the owner of the key.
 * @throws WandbError for another path, a wrong setting, a refused key, or a server that does not answer.
 * @example
 * const { records } = await readWandbRuns('me/digits')
 */
export const readWandbRuns = async (
  path: string,
  { onProgress, ...options }: ReadWandbOptions = {},
): Promise<WandbRuns> => {
  const runs = collectRuns()
  let seen = 0
  for await (const run of readRuns(path, options)) {
    runs.add(run, await read(run))
    onProgress?.({ runs: ++seen })
  }
  return runs.result()
}
