import { refusal } from './refusal.js'
import { writtenColumns } from './schema.js'
import type { Sqlite } from './sqlite.js'

const tablesOf = (db: Sqlite): ReadonlySet<string> =>
  new Set(db.all("SELECT name FROM sqlite_master WHERE type = 'table'").map(({ name }) => String(name)))

export const isEmpty = (db: Sqlite): boolean => tablesOf(db).size === 0

/** Columns that rows cannot go without, though nothing is known of them here. */
const unknownColumns = (db: Sqlite, table: string, known: readonly string[]): readonly string[] => {
  const columns = db.all(`PRAGMA table_info("${table}")`)
  const names = columns.map(({ name }) => String(name))
  const missing = known.filter(name => !names.includes(name))
  if (missing.length > 0) return missing
  return columns
    .filter(
      ({ name, notnull, dflt_value }) => !known.includes(String(name)) && notnull && dflt_value === null,
    )
    .map(({ name }) => String(name))
}

/**
 * MLflow adds tables and columns as it grows. A file is written to as long as the columns that are known here are
 * there, and those that are not have a default.
 *
 * @throws MlflowError `NOT_IMPLEMENTED` for any other file, `TEMPORARILY_UNAVAILABLE` in the middle of a migration
 */
export const checkLayout = (db: Sqlite, path: string): void => {
  const tables = tablesOf(db)
  if (!tables.has('alembic_version')) {
    throw refusal('NOT_IMPLEMENTED', `${path} is a database, but none of MLflow's; choose another file.`)
  }
  // What is written to a table while a migration copies it would be lost.
  if ([...tables].some(name => name.startsWith('_alembic_tmp_'))) {
    throw new Error('database is locked: MLflow migrates it')
  }
  for (const [table, known] of Object.entries(writtenColumns)) {
    const unknown = tables.has(table) ? unknownColumns(db, table, known) : ['all']
    if (unknown.length === 0) continue
    const revision = db.all('SELECT version_num FROM alembic_version')[0]?.version_num
    throw refusal(
      'NOT_IMPLEMENTED',
      `${path} is of a version of MLflow (revision ${revision}) that cannot be written to (columns ${unknown.join(', ')} of ${table}). If it is old, run "mlflow db upgrade sqlite:///${path}"; else start "mlflow server" over it, and name that by MLFLOW_TRACKING_URI.`,
    )
  }
}
