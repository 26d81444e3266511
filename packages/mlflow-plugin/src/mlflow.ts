import type { ExportedRun, RunEvent, RunExporter } from '@epochwatt/core'
import { createMlflowClient } from 'mlflow-js-client'
import { epochMetrics, powerMetrics } from './metrics.js'
import { connectionOf, lastingUri, type MlflowExporterOptions, runChoice } from './options.js'
import { Refusals } from './refusals.js'
import { openTarget, type RunTarget } from './run-target.js'
import { sendRecord } from './send-record.js'

const metricsOf = (event: RunEvent, { isOurs }: RunTarget) => {
  if (event.type === 'window') return epochMetrics(event, isOurs)
  return event.type === 'power' ? powerMetrics(event) : []
}

/**
 * Sends energy and carbon to MLflow: per epoch beside the loss, totals as columns, power as it is drawn among the system
 * metrics, the report as an artifact. `MLFLOW_TRACKING_URI` and the client's other variables are honoured.
 *
 * Sending the same event twice changes nothing: MLflow keeps one of equal points, params are the same and files are
 * written over. A later process finds the run by its tag `epochwatt.run_id`.
 *
 * @throws OptionError for an empty `experiment` or `runId`, MlflowError for a connection that cannot be.
 * @example
 * await model.fit(x, y, { callbacks: energyCallback({ exporters: [mlflow({ experiment: 'digits' })] }) })
 */
export const mlflow = (options: MlflowExporterOptions = {}): RunExporter => {
  const environment = options.environment ?? process.env
  const choice = runChoice(options, environment)
  const closing = new AbortController()
  const connection = connectionOf(options, environment)
  const client = createMlflowClient({ ...connection, signal: connection.signal ?? closing.signal })
  const refusals = new Refusals()
  let run: ExportedRun | undefined
  let target: RunTarget | undefined
  const trackingUri = lastingUri(options.trackingUri ?? environment.MLFLOW_TRACKING_URI, client.trackingUri)
  const destination = { trackingUri, ...choice }
  return {
    name: 'mlflow',
    portable: { module: new URL('./portable-mlflow.js', import.meta.url).href, options },
    origin: { package: '@epochwatt/mlflow-plugin', destination },
    start: async started => {
      run = started
      if (target) return
      const opened = await openTarget(client, started, choice)
      if (opened.isOurs) {
        await refusals.ofBatch('params', () => client.runs.logParams(opened.runId, started.params))
      }
      target = opened
    },
    export: async batch => {
      if (!run || !target || batch.length === 0) return
      const { runId } = target
      const metrics = batch.flatMap(event => metricsOf(event, target!))
      if (metrics.length > 0) {
        await refusals.ofBatch('metrics', () => client.runs.logBatch(runId, { metrics }))
      }
      for (const event of batch) {
        if (event.type === 'record') await sendRecord(client, target, event, refusals)
      }
    },
    refusals: () => refusals.list,
    forceFlush: async () => {},
    // A request that hangs must not keep the process alive.
    shutdown: async () => closing.abort(new Error('the run is over')),
  }
}
