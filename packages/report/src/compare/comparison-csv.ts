import type { Component, Quantity } from '@epochwatt/core'
import { type CsvField, csvLine } from '../format/csv.js'
import type { RunComparison } from './compare-runs.js'
import type { ComparedRun } from './compared-run.js'

const COMPONENTS: readonly Component[] = ['cpu', 'memory', 'gpu', 'other']

type Column = readonly [name: string, field: (run: ComparedRun, comparison: RunComparison) => CsvField]

/** A quantity in four columns, with all its digits: rounding is for readers, not for programs. */
const quantityColumns = (name: string, of: (run: ComparedRun) => Quantity | undefined): readonly Column[] => [
  [name, run => of(run)?.value],
  [`${name}_low`, run => of(run)?.low],
  [`${name}_high`, run => of(run)?.high],
  [`${name}_tier`, run => of(run)?.tier],
]

const COLUMNS: readonly Column[] = [
  ['id', run => run.id],
  ['name', run => run.name],
  ['project', run => run.project],
  ['status', run => run.status],
  ['started_at', run => run.started_at],
  ['duration_s', run => run.duration_s],
  ['epochs', run => run.epochs],
  ...quantityColumns('energy_kwh', run => run.energy_kwh),
  ['measured_share', run => run.measured_share],
  ...quantityColumns('energy_per_epoch_kwh', run => run.energy_per_epoch_kwh),
  ...quantityColumns('energy_per_1k_samples_kwh', run => run.energy_per_1k_samples_kwh),
  ...quantityColumns('energy_per_accuracy_point_kwh', run => run.energy_per_accuracy_point_kwh),
  ['accuracy_metric', run => run.accuracy_metric],
  ...COMPONENTS.map((component): Column => [`${component}_kwh`, run => run.components[component]?.value]),
  ['after_best_epoch_kwh', run => run.waste?.after_best_epoch?.energy_kwh?.value],
  ['failed_kwh', run => run.waste?.failed_run?.energy_kwh.value],
  ['idle_time_share', run => run.waste?.idle?.time_share.value],
  ...quantityColumns('operational_carbon_g', run => run.operational_carbon_g),
  ...quantityColumns('total_carbon_g', run => run.total_carbon_g),
  ['hardware', run => run.hardware],
  ['scope', run => run.scope],
  ['static_policy', run => run.static_policy],
  ['pue', run => run.pue],
  ['grid_zone', run => run.grid.zone],
  ['grid_g_per_kwh', run => run.grid.g_per_kwh],
  ['grid_basis', run => run.grid.basis],
  ['grid_kind', run => run.grid.kind],
  ['grid_year', run => run.grid.year],
  ['grid_fallback', run => run.grid.fallback],
  ['methodology', run => run.methodology],
  ['data_version', run => run.data_version],
  ['is_reference', (run, { reference }) => run.id === reference],
  ['metric_name', (_, { metric }) => metric],
  ['metric', run => run.metric],
  ['standing', run => run.standing],
  ['dominated_by', run => run.dominated_by],
  ['repeats', run => run.repeats],
  ['source', run => run.source],
]

/**
 * The comparison as CSV (RFC 4180): one line a run with all digits, unknown figures empty.
 *
 * @example
 * writeFileSync('runs.csv', comparisonCsv(compareRuns(openStore().list().records)))
 */
export const comparisonCsv = (comparison: RunComparison): string => {
  if (comparison.runs.length === 0) return csvLine([])
  const header = csvLine(COLUMNS.map(([name]) => name))
  // Line by line: the fields of thousands of runs at once would take more space than their text.
  return (
    header + comparison.runs.map(run => csvLine(COLUMNS.map(([, field]) => field(run, comparison)))).join('')
  )
}
