import {
  type ExportedRun,
  OptionError,
  type RecordEvent,
  type RunExporter,
  type RunRecord,
} from '@epochwatt/core'
import { epochTable, renderHtmlReport, samplesCsv } from '@epochwatt/report'
import { createMlflowClient, type MlflowClient, type MlflowClientOptions } from 'mlflow-js-client'
import { withTable } from './logged-tables.js'
import { energyParams, epochMetrics, powerMetrics, totalMetrics } from './metrics.js'
import { withSummary } from './note.js'

export interface MlflowExporterOptions extends MlflowClientOptions {
  /** Experiment of a run that is created; made if need be. Default: MLFLOW_EXPERIMENT_NAME, else the run's project. */
  readonly experiment?: string
  /** A run that exists: figures join it, and it is left for its owner to end. Default: MLFLOW_RUN_ID, else a new run. */
  readonly runId?: string
}

const TABLE = 'energy/epochs.json'
const RUN_TAG = 'epochwatt.run_id'

interface Target {
  readonly runId: string
  /** Created here, and therefore ended here. */
  readonly isOurs: boolean
}

const endStatus = ({ status }: RunRecord): 'FINISHED' | 'FAILED' | 'KILLED' =>
  status === 'finished' ? 'FINISHED' : status === 'killed' ? 'KILLED' : 'FAILED'

const openRun = async (
  client: MlflowClient,
  run: ExportedRun,
  options: MlflowExporterOptions,
): Promise<Target> => {
  const runId = options.runId ?? process.env.MLFLOW_RUN_ID
  if (runId) {
    await client.runs.get(runId)
    return { runId, isOurs: false }
  }
  const name = options.experiment ?? process.env.MLFLOW_EXPERIMENT_NAME ?? run.project
  const { experimentId } = await client.experiments.getOrCreate({ name })
  const { info } = await client.runs.create({
    experimentId,
    runName: run.name,
    startTime: Date.parse(run.startedAt),
    tags: { ...run.tags, [RUN_TAG]: run.id },
  })
  await client.runs.logParams(info.runId, run.params)
  return { runId: info.runId, isOurs: true }
}

const sendRecord = async (
  client: MlflowClient,
  { runId, isOurs }: Target,
  event: RecordEvent,
): Promise<void> => {
  const { record } = event
  await client.runs.logBatch(runId, {
    // A param can never change, and a run of somebody else's may be joined twice: there it is a tag.
    ...(isOurs ? { params: { ...record.params, ...energyParams(record) } } : { tags: energyParams(record) }),
    metrics: [...powerMetrics(record), ...totalMetrics(record, event.timeMs)],
  })
  const files: Readonly<Record<string, string>> = {
    'energy/report.html': renderHtmlReport(record),
    'energy/record.json': `${JSON.stringify(record, undefined, 2)}\n`,
    'energy/samples.csv': samplesCsv(record),
    [TABLE]: JSON.stringify(epochTable(record)),
  }
  for (const [path, text] of Object.entries(files)) await client.artifacts.upload(runId, path, text)
  const { tags } = (await client.runs.get(runId)).data
  await client.runs.setTags(runId, {
    [RUN_TAG]: record.id,
    'mlflow.note.content': withSummary(tags['mlflow.note.content'], record),
    'mlflow.loggedArtifacts': withTable(tags['mlflow.loggedArtifacts'], TABLE),
  })
  if (isOurs) await client.runs.end(runId, endStatus(record), Date.parse(record.ended_at))
}

/**
 * Sends energy and carbon to MLflow: per epoch beside the loss, totals as columns, power over time among the system
 * metrics, the report as an artifact. `MLFLOW_TRACKING_URI` and the client's other variables are honoured.
 *
 * Sending the same event twice changes nothing: MLflow keeps one of equal points, params are the same and files are
 * written over.
 *
 * @throws OptionError for an empty `experiment` or `runId`, MlflowError for a connection that cannot be.
 * @example
 * await model.fit(x, y, { callbacks: energyCallback({ exporters: [mlflow({ experiment: 'digits' })] }) })
 */
export const mlflow = (options: MlflowExporterOptions = {}): RunExporter => {
  const { experiment, runId, ...connection } = options
  for (const [name, value] of Object.entries({ experiment, runId })) {
    if (value !== undefined && (typeof value !== 'string' || value.trim() === '')) {
      throw new OptionError(name, value, 'a non-empty text')
    }
  }
  const client = createMlflowClient(connection)
  let run: ExportedRun | undefined
  let target: Target | undefined
  return {
    name: 'mlflow',
    start: async started => {
      run = started
      target ??= await openRun(client, started, options)
    },
    export: async batch => {
      if (!run || !target || batch.length === 0) return
      const { runId: id, isOurs } = target
      const metrics = batch.flatMap(event => (event.type === 'window' ? epochMetrics(event, isOurs) : []))
      if (metrics.length > 0) await client.runs.logBatch(id, { metrics })
      for (const event of batch) if (event.type === 'record') await sendRecord(client, target, event)
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  }
}
