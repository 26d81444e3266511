/**
 * The engine in a page. Bundlers that know the condition `browser` take it for `@epochwatt/core` as well.
 *
 * @module @epochwatt/core/browser
 */

export { EpochwattError, OptionError } from '../errors.js'
export {
  type ExportedRun,
  OWN_FILES_FOLDER,
  type RecordEvent,
  type RunEvent,
  type RunExporter,
  type WindowEvent,
} from '../export/exporter.js'
export { type Equivalent, equivalents } from '../footprint/equivalents.js'
export type { GridIntensity } from '../grid/grid-intensity.js'
export type { RunStatus, StaticPolicy } from '../journal/entry.js'
export { addCorrelated, multiplyQuantity } from '../quantity/combine.js'
export { JOULES_PER_KWH, type Quantity, type Tier } from '../quantity/quantity.js'
export type { EpochRecord, RunRecord, SpanFigures } from '../record/record.js'
export { RECORD_SCHEMA } from '../record/record.js'
export type {
  Attributes,
  EnergyWindow,
  StopOutcome,
  Tracker,
  WindowEnd,
  WindowFigures,
  WindowStart,
} from '../tracker/tracker.js'
export { METHODOLOGY_VERSION, PACKAGE_VERSION } from '../version.js'
export { defineMeter, type EpochwattMeter } from './define-meter.js'
export { downloadRecord, recordFile } from './download-record.js'
export { recoverPageRuns } from './kept-runs.js'
export type { PageStorage, PageTrackingOptions } from './page-options.js'
export { checkOptions, startTracking } from './start-tracking.js'
