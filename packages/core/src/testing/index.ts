export { type RecordingExporter, recordingExporter } from './recording-exporter.js'
export { packageCounter, scriptedRun, tickAt, windowAt } from './scripted-run.js'
export { type ExporterCheck, testExporter } from './test-exporter.js'
export { type SensorCheck, testSensor } from './test-sensor.js'
