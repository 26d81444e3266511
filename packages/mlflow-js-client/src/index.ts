/**
 * MLflow tracking for Node and pages: functions of the run that is active, and a client beneath them.
 *
 * @module mlflow-js-client
 */

import { createClientParts, type MlflowClient, type MlflowClientOptions } from './client.js'
import { createMlflow as createMlflowOn, type Mlflow } from './fluent/mlflow.js'
import { nodePlatform } from './platform/node.js'

export * from './exports.js'

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
  createClientParts(options, nodePlatform).client

/**
 * The fluent functions below, with a state of their own: for several servers in one process.
 *
 * @example
 * ```ts
 * const team = createMlflow({ trackingUri: 'http://127.0.0.1:5000' })
 * const mine = createMlflow({ trackingUri: 'sqlite:///mine.db' })
 * await Promise.all([team.logMetric('loss', 0.5), mine.logMetric('loss', 0.5)])
 * ```
 * @throws MlflowError `CONFIGURATION` for an option or variable that is wrong, at the first call
 */
export const createMlflow = (options: MlflowClientOptions = {}): Mlflow =>
  createMlflowOn(options, nodePlatform)

const mlflow = /* @__PURE__ */ createMlflow()

/**
 * The server of all later calls. Default: `MLFLOW_TRACKING_URI`, else the database file `mlflow.db` of the working directory.
 * @throws MlflowError `CONFIGURATION` for an address or option that is wrong
 *
 * @example
 * ```ts
 * setTrackingUri('http://127.0.0.1:5000', { onWarning: message => console.error(message) })
 * ```
 */
export const setTrackingUri = mlflow.setTrackingUri

/**
 * The server that calls go to, without credentials.
 * @throws MlflowError `CONFIGURATION` for a variable that is wrong
 *
 * @example
 * ```ts
 * console.log(getTrackingUri()) // 'http://127.0.0.1:5000'
 * ```
 */
export const getTrackingUri = mlflow.getTrackingUri

/**
 * The client beneath, for what these functions do not cover.
 * @throws MlflowError `CONFIGURATION` for a variable that is wrong
 *
 * @example
 * ```ts
 * const versionOfServer = await getClient().server.version()
 * ```
 */
export const getClient = mlflow.getClient

/**
 * The experiment of later runs that name none, by its name (made if need be) or id.
 *
 * Rejects with an `MlflowError`, e.g. `INVALID_STATE` if the experiment is deleted.
 *
 * @example
 * ```ts
 * const { experimentId } = await setExperiment('digits')
 * ```
 */
export const setExperiment = mlflow.setExperiment

/**
 * Starts a run, or goes on with one. With a function the run ends when that does: `FINISHED`, or `FAILED` if it throws. Without one it
 * is the active run until `endRun`.
 *
 * Rejects with an `MlflowError`: `INVALID_STATE` if a run is active already and `nested` was not asked for.
 *
 * @example
 * ```ts
 * await startRun({ runName: 'first' }, async run => {
 *   await run.logMetric('loss', 0.5, { step: 1 })
 * })
 * ```
 */
export const startRun = mlflow.startRun

/**
 * Sends what is left and ends the active run, by default as `FINISHED`. Does nothing if there is none.
 *
 * Rejects with an `MlflowError` if the server does not take it.
 *
 * @example
 * ```ts
 * await startRun()
 * await endRun('FAILED')
 * ```
 */
export const endRun = mlflow.endRun

/**
 * The run that what is logged goes to; `undefined` if there is none, or if it is still being started.
 *
 * @example
 * ```ts
 * console.log(activeRun()?.runId)
 * ```
 */
export const activeRun = mlflow.activeRun

/**
 * Waits until everything that was logged to the active run has been dealt with.
 *
 * Rejects with the first failure since the last flush, an `MlflowError`.
 *
 * @example
 * ```ts
 * for (let step = 0; step < 1000; step += 1) logMetric('loss', 1 / (step + 1), { step })
 * await flush()
 * ```
 */
export const flush = mlflow.flush

/**
 * Logs one value of a metric to the active run; starts a run if there is none. Need not be awaited: values are sent together.
 *
 * Rejects with an `MlflowError` if the server refuses it. Not awaited, that is only a warning.
 *
 * @example
 * ```ts
 * await logMetric('loss', 0.5, { step: 1 })
 * ```
 */
export const logMetric = mlflow.logMetric

/**
 * Several metrics of one moment; otherwise as `logMetric`.
 *
 * @example
 * ```ts
 * await logMetrics({ loss: 0.5, accuracy: 0.9 }, { step: 1 })
 * ```
 */
export const logMetrics = mlflow.logMetrics

/**
 * Logs a param to the active run; starts a run if there is none. A param is written once.
 *
 * Rejects with an `MlflowBatchError` if it has another value already.
 *
 * @example
 * ```ts
 * await logParam('lr', 0.01)
 * ```
 */
export const logParam = mlflow.logParam

/**
 * Several params; otherwise as `logParam`. `undefined` is left out.
 *
 * @example
 * ```ts
 * await logParams({ lr: 0.01, optimizer: 'adam' })
 * ```
 */
export const logParams = mlflow.logParams

/**
 * Sets or replaces a tag of the active run; starts a run if there is none.
 *
 * Rejects with an `MlflowError` if the server refuses it.
 *
 * @example
 * ```ts
 * await setTag('team', 'vision')
 * ```
 */
export const setTag = mlflow.setTag

/**
 * Several tags; otherwise as `setTag`.
 *
 * @example
 * ```ts
 * await setTags({ team: 'vision', grant: 'G-17' })
 * ```
 */
export const setTags = mlflow.setTags

/**
 * Uploads a file or a folder (Node), or a `File` of a page, under its own name.
 *
 * Rejects with an `MlflowError` if the server refuses it, or with what the disk says.
 *
 * @example
 * ```ts
 * await logArtifact('model.json', 'model')
 * ```
 */
export const logArtifact = mlflow.logArtifact

/**
 * Uploads all that is in a folder (Node), or several files of a page; otherwise as `logArtifact`.
 *
 * @example
 * ```ts
 * await logArtifacts('./checkpoints', 'checkpoints')
 * ```
 */
export const logArtifacts = mlflow.logArtifacts

/**
 * Stores a text, as UTF-8, under a path among the artifacts of the active run.
 *
 * Rejects with an `MlflowError` if the server refuses it.
 *
 * @example
 * ```ts
 * await logText('# Notes', 'notes.md')
 * ```
 */
export const logText = mlflow.logText

/**
 * Stores a value as JSON; otherwise as `logText`.
 *
 * @example
 * ```ts
 * await logDict({ layers: [32, 10] }, 'architecture.json')
 * ```
 */
export const logDict = mlflow.logDict

/**
 * Stores a drawing: an SVG element, the text of a page, or the bytes of an image.
 *
 * Rejects with an `MlflowError` `INVALID_PAYLOAD` if the path does not suit what is stored.
 *
 * @example
 * ```ts
 * await logFigure('<svg xmlns="http://www.w3.org/2000/svg"/>', 'loss.svg')
 * ```
 */
export const logFigure = mlflow.logFigure

/**
 * Stores rows, or columns, as a table that the UI can compare across runs. They are added to what is there already.
 *
 * Rejects with an `MlflowError` `INVALID_PAYLOAD` if the path does not end with `.json`.
 *
 * @example
 * ```ts
 * await logTable([{ digit: 3, predicted: 8 }], 'mistakes.json')
 * ```
 */
export const logTable = mlflow.logTable

/**
 * Notes a dataset that the active run uses.
 *
 * Rejects with an `MlflowError` if the server refuses it.
 *
 * @example
 * ```ts
 * await logInput({ name: 'mnist', source: 'https://example.org/mnist.zip' }, { context: 'training' })
 * ```
 */
export const logInput = mlflow.logInput

/**
 * Runs that match, one by one with `for await`, or all at once.
 *
 * Reading rejects with an `MlflowError`.
 *
 * @example
 * ```ts
 * for await (const { info, data } of searchRuns({ filter: 'metrics.loss < 0.1' })) console.log(info.runName, data.metrics)
 * ```
 */
export const searchRuns = mlflow.searchRuns

/**
 * Every point of one metric of a run.
 *
 * Reading rejects with an `MlflowError`.
 *
 * @example
 * ```ts
 * const points = await getMetricHistory('0b6ae1a2', 'loss').all()
 * ```
 */
export const getMetricHistory = mlflow.getMetricHistory
