export type { WandbExporterOptions } from './options.js'
export { wandb } from './wandb.js'
export type { WandbRun } from './wandb-run.js'
