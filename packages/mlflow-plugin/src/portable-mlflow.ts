// What the thread that delivers imports. A file of its own, with a name that no bundle of a user's has: a module that is
// missing beside this one says that the exporter cannot be carried there.
export { mlflow as createExporter } from './mlflow.js'
