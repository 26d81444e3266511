import type { Quantity } from '@epochwatt/core'
import type { RunComparison } from './compare-runs.js'
import type { ComparedRun } from './compared-run.js'

type Field = string | number | boolean | undefined

/** A quantity in four columns, with all its digits: rounding is for readers, not for programs. */
const quantityFields = (
  name: string,
  quantity: Quantity | undefined,
): readonly (readonly [string, Field])[] => [
  [name, quantity?.value],
  [`${name}_low`, quantity?.low],
  [`${name}_high`, quantity?.high],
  [`${name}_tier`, quantity?.tier],
]

const fields = (
  run: ComparedRun,
  { metric, reference }: RunComparison,
): readonly (readonly [string, Field])[] => [
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
  ...quantityFields('operational_carbon_g', run.operational_carbon_g),
  ...quantityFields('total_carbon_g', run.total_carbon_g),
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
]

/** A text that a spreadsheet would take for a formula is marked as text, since run names come from anywhere. */
const FORMULA = /^[=+\-@\t\r]/

const cell = (field: Field): string => {
  if (field === undefined) return ''
  const text = typeof field === 'string' && FORMULA.test(field) ? `'${field}` : String(field)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * The comparison as CSV (RFC 4180): one line a run with all digits, unknown figures empty.
 *
 * @example
 * writeFileSync('runs.csv', comparisonCsv(compareRuns(openStore().list().records)))
 */
export const comparisonCsv = (comparison: RunComparison): string => {
  const rows = comparison.runs.map(run => fields(run, comparison))
  const header = rows[0]?.map(([name]) => name) ?? []
  return [header, ...rows.map(row => row.map(([, field]) => cell(field)))]
    .map(row => `${row.join(',')}\r\n`)
    .join('')
}
