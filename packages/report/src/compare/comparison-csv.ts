import type { Component, Quantity } from '@epochwatt/core'
import { type CsvField, csvLine } from '../format/csv.js'
import type { RunComparison } from './compare-runs.js'
import type { ComparedRun } from './compared-run.js'

const COMPONENTS: readonly Component[] = ['cpu', 'memory', 'gpu', 'other']

/** A quantity in four columns, with all its digits: rounding is for readers, not for programs. */
const quantityFields = (
  name: string,
  quantity: Quantity | undefined,
): readonly (readonly [string, CsvField])[] => [
  [name, quantity?.value],
  [`${name}_low`, quantity?.low],
  [`${name}_high`, quantity?.high],
  [`${name}_tier`, quantity?.tier],
]

const fields = (
  run: ComparedRun,
  { metric, reference }: RunComparison,
): readonly (readonly [string, CsvField])[] => [
  ['id', run.id],
  ['name', run.name],
  ['project', run.project],
  ['status', run.status],
  ['started_at', run.started_at],
  ['duration_s', run.duration_s],
  ['epochs', run.epochs],
  ...quantityFields('energy_kwh', run.energy_kwh),
  ['measured_share', run.measured_share],
  ...quantityFields('energy_per_epoch_kwh', run.energy_per_epoch_kwh),
  ...quantityFields('energy_per_1k_samples_kwh', run.energy_per_1k_samples_kwh),
  ...quantityFields('energy_per_accuracy_point_kwh', run.energy_per_accuracy_point_kwh),
  ['accuracy_metric', run.accuracy_metric],
  ...COMPONENTS.map(component => [`${component}_kwh`, run.components[component]?.value] as const),
  ['after_best_epoch_kwh', run.waste?.after_best_epoch?.energy_kwh?.value],
  ['failed_kwh', run.waste?.failed_run?.energy_kwh.value],
  ['idle_time_share', run.waste?.idle?.time_share.value],
  ...quantityFields('operational_carbon_g', run.operational_carbon_g),
  ...quantityFields('total_carbon_g', run.total_carbon_g),
  ['hardware', run.hardware],
  ['scope', run.scope],
  ['static_policy', run.static_policy],
  ['pue', run.pue],
  ['grid_zone', run.grid.zone],
  ['grid_g_per_kwh', run.grid.g_per_kwh],
  ['grid_basis', run.grid.basis],
  ['grid_kind', run.grid.kind],
  ['grid_year', run.grid.year],
  ['grid_fallback', run.grid.fallback],
  ['methodology', run.methodology],
  ['data_version', run.data_version],
  ['is_reference', run.id === reference],
  ['metric_name', metric],
  ['metric', run.metric],
  ['standing', run.standing],
  ['dominated_by', run.dominated_by],
  ['repeats', run.repeats],
  ['source', run.source],
]

/**
 * The comparison as CSV (RFC 4180): one line a run with all digits, unknown figures empty.
 *
 * @example
 * writeFileSync('runs.csv', comparisonCsv(compareRuns(openStore().list().records)))
 */
export const comparisonCsv = (comparison: RunComparison): string => {
  const [first] = comparison.runs
  if (!first) return csvLine([])
  const header = csvLine(fields(first, comparison).map(([name]) => name))
  // Line by line: the fields of thousands of runs at once would take more space than their text.
  return (
    header + comparison.runs.map(run => csvLine(fields(run, comparison).map(([, field]) => field))).join('')
  )
}
