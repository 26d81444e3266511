// What campaigns on backends take from the sources; see bundled.mjs.
export { readJournal } from '../../packages/core/src/journal/read-journal.js'
export { mlflowInstall } from '../../packages/mlflow-js-client/test/mlflow-install.js'
export { startServer, stopServer } from '../../packages/mlflow-js-client/test/mlflow-process.js'
export { postgresBinaries, startPostgres } from '../../packages/mlflow-js-client/test/postgres-process.js'
export { expectedPoints } from '../../packages/mlflow-plugin/src/testing/read-back.js'
export { startCollector } from '../../packages/otlp-plugin/src/testing/collector.js'
export {
  STUB_API_KEY,
  startStubBackend,
} from '../../packages/wandb-node-sdk-shim/src/testing/stub-backend.js'
export { startFaultProxy } from '../src/fault-proxy/fault-proxy.js'
export { NAMED_FAULTS } from '../src/fault-proxy/named-faults.js'
export { dueAtCollector, dueAtWandb, eventsOf, pointKey } from './backends/due-points.js'
