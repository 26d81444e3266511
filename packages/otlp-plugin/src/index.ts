export { createExporter, type OtlpExporterOptions, otlp } from './otlp.js'
