/**
 * What records say: for the terminal, as pages, pictures, tables and disclosures. All functions are pure.
 *
 * @module @epochwatt/report
 */

export { type Advice, type AdviseOptions, advise } from './advice/advise.js'
export type { Finding, FindingCode, Saving } from './advice/finding.js'
export { aggregateCsv } from './aggregate/aggregate-csv.js'
export {
  AGGREGATE_FIELDS,
  type Aggregate,
  type AggregateField,
  type AggregateRow,
  type AggregateSum,
  aggregateRuns,
} from './aggregate/aggregate-runs.js'
export type { Caution } from './compare/caution.js'
export { type CompareOptions, compareRuns, type RunComparison } from './compare/compare-runs.js'
export type { ComparedRun } from './compare/compared-run.js'
export { comparisonCsv } from './compare/comparison-csv.js'
export type { Better, Standing } from './compare/standing.js'
export type { ComparedFigure, Outcome, Verdict } from './compare/verdict.js'
export { BOAMPS_DATA_TYPES, BOAMPS_INFRASTRUCTURES, type BoampsFacts } from './disclose/boamps.js'
export {
  DISCLOSURE_FORMATS,
  type DiscloseOptions,
  type DisclosureFormat,
  disclose,
} from './disclose/disclose.js'
export type { DisclosedGrid, DisclosedPue, DisclosedRuns } from './disclose/disclosed-runs.js'
export type { CountedUnit, FunctionalUnit } from './disclose/functional-unit.js'
export type { TrainingType } from './disclose/model-card.js'
export type { SciScore } from './disclose/sci-score.js'
export { type CsvField, csvLine } from './format/csv.js'
export { type Figure, figureText, formatCarbon, formatEnergy, intervalText } from './format/figure.js'
export { formatPower } from './format/number.js'
export { carbonScale, energyScale, type Scale } from './format/scale.js'
export { formatDuration } from './format/time.js'
export { type HtmlComparisonOptions, renderHtmlComparison } from './html/comparison-report.js'
export { type HtmlReportOptions, renderHtmlReport } from './html/report.js'
export {
  type LiveRun,
  renderLiveRuns,
  renderStorePage,
  renderStoreRows,
  type StorePage,
} from './html/store-page.js'
export { prometheusPage } from './prometheus/prometheus-page.js'
export {
  type MetricFamily,
  type MetricSample,
  PROMETHEUS_CONTENT_TYPE,
  renderPrometheus,
} from './prometheus/prometheus-text.js'
export { runFamilies } from './prometheus/run-families.js'
export { storeFamilies } from './prometheus/store-families.js'
export { asDigest, DIGEST_FORM, digestOf, type RunDigest } from './reading/run-digest.js'
export { CHART_NAMES, type ChartName, renderSvg } from './svg/chart-file.js'
export { runsInDetail } from './svg/detailed-run.js'
export { powerSvg } from './svg/power-svg.js'
export { renderTerminalAdvice } from './terminal/advice.js'
export { renderTerminalAggregate } from './terminal/aggregate.js'
export { renderTerminalComparison } from './terminal/comparison.js'
export { renderTerminalDiagnosis } from './terminal/diagnosis.js'
export { type EpochLine, formatEpochLine } from './terminal/epoch-line.js'
export type { TerminalOptions } from './terminal/options.js'
export { renderTerminalEstimate, type TerminalEstimateOptions } from './terminal/planning/estimate.js'
export { renderTerminalRecomputation } from './terminal/planning/recompute.js'
export { renderTerminalRegions, type TerminalRegionsOptions } from './terminal/planning/regions.js'
export { renderTerminalStart, type TerminalStartOptions } from './terminal/planning/start.js'
export { printable } from './terminal/printable.js'
export { renderTerminalRunList } from './terminal/run-list.js'
export { renderTerminalSummary } from './terminal/summary.js'
export { epochTable, samplesCsv } from './trackers/tracked-tables.js'
