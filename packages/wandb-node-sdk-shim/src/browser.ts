/**
 * The part that works in a page: online runs.
 *
 * @module wandb-node-sdk-shim (browser)
 */

export { Artifact } from './artifact/artifact.js'
export type { LogArtifactOptions } from './artifact/artifact-record.js'
export type { RemoteArtifact } from './artifact/remote-artifact.js'
export { WandbError, type WandbErrorCode } from './errors.js'
export { init } from './init-browser.js'
export { type JsonValue, parseExtended, stringifyExtended } from './json/extended-json.js'
export { Histogram } from './media/histogram.js'
export { Image, type Pixels } from './media/image.js'
export { Table } from './media/table.js'
export type { InitOptions } from './prepare-run.js'
export type { AlertLevel, AlertOptions } from './run/alerts.js'
export type { MetricOptions } from './run/metric-definitions.js'
export type { Run } from './run/run.js'
export type { RunConfig } from './run/run-config.js'
export type { FinishResult } from './run/run-parts.js'
export type { RunSummary } from './run/run-summary.js'
export type { Mode, Resume, Settings, SettingsInput } from './settings/settings.js'
export { VERSION } from './version.js'
