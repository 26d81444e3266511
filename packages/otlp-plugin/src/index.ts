/**
 * Figures of runs as OpenTelemetry metrics.
 *
 * @module @epochwatt/otlp-plugin
 */

export { createExporter, type OtlpExporterOptions, otlp } from './otlp.js'
