import { createClientParts, type MlflowClient, type MlflowClientOptions } from './client.js'
import { createMlflow as createMlflowOn, type Mlflow } from './fluent/mlflow.js'
import { browserPlatform } from './platform/browser.js'

export * from './exports.js'

// Types and documentation of this entrance are those of index.ts: the same names for another platform.

/**
 * A client of one MLflow server.
 *
 * @example
 * ```ts
 * const client = createMlflowClient({ trackingUri: 'http://127.0.0.1:5000' })
 * const { experimentId } = await client.experiments.getOrCreate({ name: 'digits' })
 * const { info } = await client.runs.create({ experimentId, runName: 'first' })
 * await client.runs.logBatch(info.runId, { params: { lr: 0.01 }, metrics: [{ key: 'loss', value: 0.5, step: 1 }] })
 * await client.runs.end(info.runId)
 * ```
 * @throws MlflowError `CONFIGURATION` for an option or variable that is wrong
 */
export const createMlflowClient = (options: MlflowClientOptions = {}): MlflowClient =>
  createClientParts(options, browserPlatform).client

/** The fluent functions below, with a state of their own: for several servers in one process. */
export const createMlflow = (options: MlflowClientOptions = {}): Mlflow =>
  createMlflowOn(options, browserPlatform)

const mlflow = /* @__PURE__ */ createMlflow()

export const {
  setTrackingUri,
  getTrackingUri,
  getClient,
  setExperiment,
  startRun,
  endRun,
  activeRun,
  flush,
  logMetric,
  logMetrics,
  logParam,
  logParams,
  setTag,
  setTags,
  logArtifact,
  logArtifacts,
  logText,
  logDict,
  logFigure,
  logTable,
  logInput,
  searchRuns,
  getMetricHistory,
} = mlflow
