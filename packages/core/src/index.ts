/**
 * Measures, or honestly models, energy and carbon of machine-learning work in Node.
 *
 * @module @epochwatt/core
 */

export { EpochwattError, OptionError } from './errors.js'
export { csvExporter } from './export/csv-exporter.js'
export {
  type ExportedRun,
  type ExporterOrigin,
  OWN_FILES_FOLDER,
  type PortableExporter,
  type PowerEvent,
  type RecordEvent,
  type Refusal,
  type RunEvent,
  type RunExporter,
  type WindowEvent,
} from './export/exporter.js'
export type { ExporterName } from './export/exporter-names.js'
export type { ExportOutcome } from './export/run-delivery.js'
export {
  type SyncedRun,
  type SyncOptions,
  type SyncReport,
  syncRuns,
  type Undelivered,
  undelivered,
} from './export/sync-runs.js'
export type { EmbodiedPart } from './footprint/embodied-part.js'
export { type Equivalent, equivalents } from './footprint/equivalents.js'
export type { PueFigure } from './footprint/pue.js'
export type { SupplyLosses } from './footprint/supply-losses.js'
export type { Tariff, TariffPeriod, Weekday } from './footprint/tariff.js'
export type { Water } from './footprint/water.js'
export type { GridBasis, GridIntensity, GridKind } from './grid/grid-intensity.js'
export { GridError } from './grid/live/grid-error.js'
export type { GridPlace, GridPoint, GridProvider } from './grid/live/grid-provider.js'
export type { IntensityUnit } from './grid/live/intensity-units.js'
export type { GridProviderName } from './grid/live/provider-names.js'
export { type HttpJsonGridOptions, httpJsonGrid } from './grid/live/providers/http-json.js'
export { type TimeSeriesGridOptions, timeSeriesGrid } from './grid/live/providers/time-series-file.js'
export type { GridChoice } from './grid/live/resolve-live-grid.js'
export type { Location } from './grid/location.js'
export type { RunStatus, Scope, StaticPolicy } from './journal/entry.js'
export { checkOptions } from './options/check-options.js'
export type { TrackingOptions } from './options/definitions.js'
export { addCorrelated, multiplyQuantity } from './quantity/combine.js'
export { JOULES_PER_KWH, type Quantity, type Tier } from './quantity/quantity.js'
export { scaleQuantity } from './quantity/scale-quantity.js'
export type {
  CostRecord,
  EpochRecord,
  GridBeside,
  GridInterval,
  Line,
  MemoryRecord,
  PreparationRecord,
  RunRecord,
  SensorRecord,
  SpanFigures,
  WasteRecord,
  WindowRecord,
} from './record/record.js'
export { RECORD_SCHEMA } from './record/record.js'
export { parseRecord } from './record/record-schema.js'
export type { MeterOption, MeterUnit } from './sensors/meters/meter-option.js'
export type {
  Band,
  Component,
  DeferredProbe,
  DeviceUse,
  HardwareVariable,
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
export { checkToken, isLoopback } from './serve/page-access.js'
export { type PageServer, type PageServerOptions, servePages } from './serve/page-server.js'
export { type OpenRun, readOpenRun } from './store/open-run.js'
export { type Recovery, recoverRuns } from './store/recover-runs.js'
export { DEFAULT_DIR, openStore, type RunStore, type UnreadableRun } from './store/run-store.js'
export { type DiagnosedSensor, type Diagnosis, diagnose } from './tracker/diagnose.js'
export { startTracking } from './tracker/start-tracking.js'
export type {
  Attributes,
  EnergyWindow,
  StopOutcome,
  Tracker,
  WindowEnd,
  WindowFigures,
  WindowStart,
} from './tracker/tracker.js'
export { METHODOLOGY_VERSION, PACKAGE_VERSION } from './version.js'
export { withoutSecrets } from './without-secrets.js'
