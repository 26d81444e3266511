export type { Caution } from './compare/caution.js'
export { type CompareOptions, compareRuns, type RunComparison } from './compare/compare-runs.js'
export type { ComparedRun } from './compare/compared-run.js'
export { comparisonCsv } from './compare/comparison-csv.js'
export type { ComparedFigure, Outcome, Verdict } from './compare/verdict.js'
export {
  type Figure,
  figureText,
  formatCarbon,
  formatEnergy,
  formatQuantity,
  intervalText,
} from './format/figure.js'
export { formatMetric, formatPower, formatShare, formatSignificant } from './format/number.js'
export { carbonScale, energyScale, powerScale, type Scale } from './format/scale.js'
export { formatDuration, formatInstant } from './format/time.js'
export { type HtmlReportOptions, renderHtmlReport } from './html/report.js'
export { renderTerminalComparison } from './terminal/comparison.js'
export { renderTerminalDiagnosis } from './terminal/diagnosis.js'
export { type EpochLine, formatEpochLine } from './terminal/epoch-line.js'
export type { TerminalOptions } from './terminal/options.js'
export { renderTerminalRunList } from './terminal/run-list.js'
export { renderTerminalSummary } from './terminal/summary.js'
