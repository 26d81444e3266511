/**
 * Runs of Weights & Biases from Node.
 *
 * @module wandb-node-sdk-shim
 */

export type { RemoteRun } from './api/remote-run.js'
export { type ReadRunsOptions, readRuns } from './api/runs.js'
export { Artifact } from './artifact/artifact.js'
export type { LogArtifactOptions } from './artifact/artifact-record.js'
export type { RemoteArtifact } from './artifact/remote-artifact.js'
export { WandbError, type WandbErrorCode } from './errors.js'
export { init } from './init.js'
export { type JsonValue, parseExtended, stringifyExtended } from './json/extended-json.js'
export { type LoginOptions, login } from './login.js'
export { Histogram } from './media/histogram.js'
export { Image, type Pixels } from './media/image.js'
export { Table } from './media/table.js'
export type { InitOptions } from './prepare-run.js'
export { readRecords, type WandbRecord } from './record/read-records.js'
export type { AlertLevel, AlertOptions } from './run/alerts.js'
export { findRunFiles } from './run/find-run-files.js'
export type { MetricOptions } from './run/metric-definitions.js'
export type { Run } from './run/run.js'
export type { RunConfig } from './run/run-config.js'
export type { FinishResult } from './run/run-parts.js'
export type { RunSummary } from './run/run-summary.js'
export type { SaveOptions, SavePolicy } from './run/saved-files.js'
export { loadSettings } from './settings/node-settings.js'
export type { Mode, Resume, Settings, SettingsInput } from './settings/settings.js'
export { type SyncedRun, type SyncOptions, sync } from './sync/sync.js'
export { VERSION } from './version.js'
