export { EpochwattError, OptionError } from './errors.js'
export { csvExporter } from './export/csv-exporter.js'
export type { ExportedRun, RecordEvent, RunEvent, RunExporter, WindowEvent } from './export/exporter.js'
export { type Equivalent, equivalents } from './footprint/equivalents.js'
export type { PueFigure } from './footprint/pue.js'
export type { GridBasis, GridIntensity, GridKind } from './grid/grid-intensity.js'
export type { Location } from './grid/location.js'
export type { RunStatus, Scope, StaticPolicy } from './journal/entry.js'
export { checkOptions } from './options/check-options.js'
export type { TrackingOptions } from './options/definitions.js'
export { JOULES_PER_KWH, type Quantity, type Tier } from './quantity/quantity.js'
export type {
  EpochRecord,
  GridInterval,
  Line,
  RunRecord,
  SensorRecord,
  SpanFigures,
  WindowRecord,
} from './record/record.js'
export { RECORD_SCHEMA } from './record/record.js'
export { parseRecord } from './record/record-schema.js'
export type {
  Band,
  Component,
  MachineFacts,
  OpenSensor,
  ProbeEnvironment,
  ProbeOptions,
  ProbeResult,
  SensorDomain,
  SensorKind,
  SensorOpener,
  SensorProvider,
  SensorSpec,
  UnavailableSensor,
} from './sensors/sensor.js'
export { type Recovery, recoverRuns } from './store/recover-runs.js'
export { DEFAULT_DIR, openStore, type RunStore, type UnreadableRun } from './store/run-store.js'
export { type DiagnosedSensor, type Diagnosis, diagnose } from './tracker/diagnose.js'
export { startTracking } from './tracker/start-tracking.js'
export type { Attributes, EnergyWindow, StopOutcome, Tracker, WindowFigures } from './tracker/tracker.js'
export { METHODOLOGY_VERSION, PACKAGE_VERSION } from './version.js'
