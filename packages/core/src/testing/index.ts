/**
 * For the tests of sensors and exporters: checks of their contracts, and journals of known joules.
 *
 * @module @epochwatt/core/testing
 */

export { type RecordingExporter, recordingExporter } from './recording-exporter.js'
export { packageCounter, scriptedRun, tickAt, windowAt } from './scripted-run.js'
export { type ExporterCheck, testExporter } from './test-exporter.js'
export { type SensorCheck, testSensor } from './test-sensor.js'
