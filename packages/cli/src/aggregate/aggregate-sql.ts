import { AGGREGATE_FIELDS, type AggregateField } from '@epochwatt/report'
import { UsageError } from '../usage-error.js'

/**
 * A roll-up of a table or view `runs` in SQL that DuckDB and PostgreSQL both take, with the columns of `RUN_COLUMNS`.
 * Carbon on intensities of different basis or kind must not be added: then it is null.
 */
export const aggregateSql = (by: readonly AggregateField[]): string => {
  for (const field of by) {
    if (!(AGGREGATE_FIELDS as readonly string[]).includes(field))
      throw new UsageError(
        `Option "--by" is "${field}", which is no column of a table; accepted with a database: ${AGGREGATE_FIELDS.join(', ')}.`,
        'aggregate',
      )
  }
  const columns = by.map(field => `"${field}"`).join(', ')
  return `SELECT ${columns},
  CAST(count(*) AS INTEGER) AS runs,
  CAST(count(CASE WHEN status = 'finished' THEN 1 END) AS INTEGER) AS finished_runs,
  sum(duration_s) / 3600 AS duration_h,
  sum(energy_kwh) AS energy_kwh,
  sum(energy_kwh_low) AS energy_kwh_low,
  sum(energy_kwh_high) AS energy_kwh_high,
  coalesce(sum(CASE WHEN status IN ('failed', 'killed') THEN energy_kwh END), 0) AS failed_kwh,
  CASE WHEN count(DISTINCT intensity) < 2 THEN sum(operational_g) END AS operational_g,
  CASE WHEN count(DISTINCT intensity) < 2 THEN sum(operational_g_low) END AS operational_g_low,
  CASE WHEN count(DISTINCT intensity) < 2 THEN sum(operational_g_high) END AS operational_g_high,
  sum(embodied_g) AS embodied_g,
  CAST(count(CASE WHEN energy_kwh IS NULL THEN 1 END) AS INTEGER) AS unknown_runs
FROM runs
GROUP BY ${columns}
ORDER BY energy_kwh DESC NULLS LAST`
}

/** The columns of `runs`, which a Parquet file needs to have; `intensity` is basis and kind of the grid's figure. */
export const RUN_COLUMNS = {
  id: 'VARCHAR',
  project: 'VARCHAR',
  user: 'VARCHAR',
  team: 'VARCHAR',
  month: 'VARCHAR',
  hardware: 'VARCHAR',
  status: 'VARCHAR',
  grid: 'VARCHAR',
  duration_s: 'DOUBLE',
  energy_kwh: 'DOUBLE',
  energy_kwh_low: 'DOUBLE',
  energy_kwh_high: 'DOUBLE',
  operational_g: 'DOUBLE',
  operational_g_low: 'DOUBLE',
  operational_g_high: 'DOUBLE',
  embodied_g: 'DOUBLE',
  intensity: 'VARCHAR',
} as const
