/**
 * Figures of runs to and from Weights & Biases.
 *
 * @module @epochwatt/wandb-plugin
 */

export { type MetricsServer, type ServeMetricsOptions, serveMetrics } from './companion/serve-metrics.js'
export type { WandbExporterOptions } from './options.js'
export type { WandbRuns } from './reading/logged-run.js'
export { readWandbFiles } from './reading/read-files.js'
export { type ReadWandbOptions, readWandbRuns } from './reading/read-project.js'
export { wandb, wandb as createExporter } from './wandb.js'
export type { WandbRun } from './wandb-run.js'
