/** Packages of the exporters that a config file or the environment can name. */
export const EXPORTER_PACKAGES = {
  mlflow: '@epochwatt/mlflow-plugin',
  wandb: '@epochwatt/wandb-plugin',
  otlp: '@epochwatt/otlp-plugin',
} as const

/** An exporter of ours with its defaults: where it sends is said by its own variables. */
export type ExporterName = keyof typeof EXPORTER_PACKAGES

export const isExporterName = (value: unknown): value is ExporterName =>
  typeof value === 'string' && Object.hasOwn(EXPORTER_PACKAGES, value)
