import { MlflowError } from '../errors/mlflow-error.js'

/** A value of a table: what JSON can hold in one cell. `null` is a missing one. */
export type Cell = string | number | boolean | null

/** Rows as objects, or columns as arrays of one length. */
export type TableData =
  | readonly Readonly<Record<string, Cell | undefined>>[]
  | Readonly<Record<string, readonly Cell[]>>

/** The `split` form of pandas, which MLflow stores and its compare view reads. */
export interface SplitTable {
  readonly columns: readonly string[]
  readonly data: readonly (readonly Cell[])[]
}

const fromRows = (rows: readonly Readonly<Record<string, Cell | undefined>>[]): SplitTable => {
  const columns = [...new Set(rows.flatMap(row => Object.keys(row)))]
  return { columns, data: rows.map(row => columns.map(column => row[column] ?? null)) }
}

const fromColumns = (byName: Readonly<Record<string, readonly Cell[]>>): SplitTable => {
  const columns = Object.keys(byName)
  const lengths = new Set(columns.map(column => byName[column]?.length))
  if (lengths.size > 1) {
    throw new MlflowError(
      'INVALID_PAYLOAD',
      `logTable: the columns differ in length (${[...lengths].join(', ')}).`,
    )
  }
  const [length = 0] = lengths
  const data = Array.from({ length }, (_, row) => columns.map(column => byName[column]?.[row] ?? null))
  return { columns, data }
}

export const splitTable = (data: TableData): SplitTable =>
  Array.isArray(data) ? fromRows(data) : fromColumns(data as Readonly<Record<string, readonly Cell[]>>)

/** The rows of both; a column that one of them lacks is null there. */
export const appendTable = (first: SplitTable, second: SplitTable): SplitTable => {
  const columns = [...new Set([...first.columns, ...second.columns])]
  const widen = (table: SplitTable) =>
    table.data.map(row => columns.map(column => row[table.columns.indexOf(column)] ?? null))
  return { columns, data: [...widen(first), ...widen(second)] }
}

export const parseTable = (text: string): SplitTable | undefined => {
  try {
    const table = JSON.parse(text) as Partial<SplitTable>
    return Array.isArray(table.columns) && Array.isArray(table.data) ? (table as SplitTable) : undefined
  } catch {
    return undefined
  }
}

interface LoggedArtifact {
  readonly path: string
  readonly type: string
}

/** By this tag the UI knows which artifacts are tables, and offers them in its compare view. */
export const loggedArtifactsTag = 'mlflow.loggedArtifacts'

/** The value of the tag with one more table; `undefined` if it is in there. */
export const withLoggedTable = (tag: string | undefined, path: string): string | undefined => {
  let listed: LoggedArtifact[] = []
  try {
    const parsed: unknown = JSON.parse(tag ?? '[]')
    if (Array.isArray(parsed)) listed = parsed
  } catch {
    // Not ours, and of no use to the UI either.
  }
  if (listed.some(artifact => artifact.path === path && artifact.type === 'table')) return undefined
  return JSON.stringify([...listed, { path, type: 'table' }])
}
