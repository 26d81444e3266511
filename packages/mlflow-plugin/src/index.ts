export { type MlflowExporterOptions, mlflow } from './mlflow.js'
