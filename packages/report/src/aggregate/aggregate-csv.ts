import { type CsvField, csvLine } from '../format/csv.js'
import type { Aggregate, AggregateRow, AggregateSum } from './aggregate-runs.js'

const sumFields = (sum: AggregateSum | undefined): readonly CsvField[] => [sum?.value, sum?.low, sum?.high]

const NUMBERS = [
  'runs',
  'finished_runs',
  'duration_h',
  'energy_kwh',
  'energy_kwh_low',
  'energy_kwh_high',
  'failed_kwh',
  'operational_g',
  'operational_g_low',
  'operational_g_high',
  'embodied_g',
  'unknown_runs',
] as const

const fields = (row: AggregateRow): readonly CsvField[] => [
  ...row.group.map(value => value ?? undefined),
  row.runs,
  row.finished_runs,
  row.duration_h,
  ...sumFields(row.energy_kwh),
  row.failed_kwh,
  ...sumFields(row.operational_g),
  row.embodied_g?.value,
  row.unknown_runs,
]

/**
 * The roll-up as CSV with all digits, a line a group, what is unknown empty.
 *
 * @example
 * ```ts
 * const { records } = openStore().list()
 * writeFileSync('teams.csv', aggregateCsv(aggregateRuns(records, ['team'])))
 * ```
 */
export const aggregateCsv = ({ by, rows }: Aggregate): string =>
  csvLine([...by, ...NUMBERS]) + rows.map(row => csvLine(fields(row))).join('')
