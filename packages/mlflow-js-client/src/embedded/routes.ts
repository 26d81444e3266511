import * as experiments from './experiments.js'
import * as history from './history.js'
import { logInputs } from './inputs.js'
import type { Location } from './location.js'
import * as logging from './logging.js'
import * as runs from './runs.js'
import { searchRuns } from './search-runs.js'
import type { Sqlite } from './sqlite.js'
import type { Fields } from './wire.js'

/** One route of MLflow's REST API over the database. */
export interface Route {
  readonly kind: 'read' | 'write'
  readonly answer: (db: Sqlite, fields: Fields, location: Location) => object
}

const read = (answer: Route['answer']): Route => ({ kind: 'read', answer })
const write = (answer: Route['answer']): Route => ({ kind: 'write', answer })

const api = '/api/2.0/mlflow'

export const routes: Readonly<Record<string, Route>> = {
  [`POST ${api}/experiments/create`]: write(experiments.createExperiment),
  [`GET ${api}/experiments/get`]: read(experiments.getExperiment),
  [`GET ${api}/experiments/get-by-name`]: read(experiments.getExperimentByName),
  [`POST ${api}/experiments/search`]: read(experiments.searchExperiments),
  [`POST ${api}/experiments/update`]: write(experiments.renameExperiment),
  [`POST ${api}/experiments/delete`]: write(experiments.deleteExperiment),
  [`POST ${api}/experiments/restore`]: write(experiments.restoreExperiment),
  [`POST ${api}/experiments/set-experiment-tag`]: write(experiments.setExperimentTag),
  [`POST ${api}/runs/create`]: write(runs.createRun),
  [`GET ${api}/runs/get`]: read(runs.getRun),
  [`POST ${api}/runs/update`]: write(runs.updateRun),
  [`POST ${api}/runs/search`]: read(searchRuns),
  [`POST ${api}/runs/delete`]: write(runs.deleteRun),
  [`POST ${api}/runs/restore`]: write(runs.restoreRun),
  [`POST ${api}/runs/log-batch`]: write(logging.logBatch),
  [`POST ${api}/runs/log-metric`]: write(logging.logOneMetric),
  [`POST ${api}/runs/log-parameter`]: write(logging.logOneParam),
  [`POST ${api}/runs/set-tag`]: write(logging.setOneTag),
  [`POST ${api}/runs/delete-tag`]: write(runs.deleteTag),
  [`POST ${api}/runs/log-inputs`]: write((db, fields) =>
    logInputs(db, runs.activeRunRow(db, fields.run_id), fields),
  ),
  [`GET ${api}/metrics/get-history`]: read(history.metricHistory),
  [`GET ${api}/metrics/get-history-bulk-interval`]: read(history.sampledHistory),
  'GET /ajax-api/2.0/mlflow/metrics/get-history-bulk': read(history.metricHistoryBulk),
}
