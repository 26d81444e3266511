/**
 * Figures of runs to and from MLflow.
 *
 * @module @epochwatt/mlflow-plugin
 */

export { mlflow, mlflow as createExporter } from './mlflow.js'
export type { MlflowExporterOptions } from './options.js'
export {
  type MlflowRuns,
  type ReadMlflowRunsOptions,
  type ReadProgress,
  readMlflowRuns,
} from './reading/read-runs.js'
