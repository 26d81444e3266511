import { CODECARBON_COLUMNS, type CodeCarbonColumn } from './codecarbon-columns.js'

/** A row by column names. A column that is not in it is unknown. */
export type Row = ReadonlyMap<string, string>

export interface AlignedRow {
  readonly row: Row
  /** Columns whose cell could belong to either of two, and that are therefore left out. */
  readonly ambiguous: readonly string[]
}

/** Cells that are tried under columns at most; beyond it the row says nothing any more. */
const MOST_STEPS = 200_000

/** A file may name its columns as it likes, `constructor` among them. */
const known = (column: string): CodeCarbonColumn | undefined =>
  Object.hasOwn(CODECARBON_COLUMNS, column) ? CODECARBON_COLUMNS[column] : undefined

const mayHold = (column: string, cell: string): boolean => known(column)?.matches(cell) ?? true

const mayMiss = (column: string): boolean => known(column)?.optional ?? false

/** Places are given whole or not at all. */
const isWhole = (row: Row): boolean => Boolean(row.get('longitude')) === Boolean(row.get('latitude'))

/** All ways to put the cells under the columns, in order, where only optional columns go empty-handed. */
const alignments = (columns: readonly string[], cells: readonly string[]): readonly Row[] | undefined => {
  const found: Row[] = []
  let steps = 0
  const place = (column: number, cell: number, row: readonly (readonly [string, string])[]): boolean => {
    if (++steps > MOST_STEPS) return false
    if (column === columns.length) {
      const aligned = new Map(row)
      if (isWhole(aligned)) found.push(aligned)
      return true
    }
    const name = columns[column]!
    const value = cells[cell]
    if (value !== undefined && mayHold(name, value) && !place(column + 1, cell + 1, [...row, [name, value]]))
      return false
    const isSpare = columns.length - column > cells.length - cell
    return !(isSpare && mayMiss(name)) || place(column + 1, cell, row)
  }
  return place(0, 0, []) ? found : undefined
}

/** What all alignments agree on. An empty cell and a missing one say the same. */
const consensus = (columns: readonly string[], rows: readonly Row[]): AlignedRow => {
  const row = new Map<string, string>()
  const ambiguous: string[] = []
  for (const column of columns) {
    const [value, ...others] = new Set(rows.map(candidate => candidate.get(column) ?? ''))
    if (others.length > 0) ambiguous.push(column)
    else if (value) row.set(column, value)
  }
  return { row, ambiguous }
}

/**
 * Puts a row that lost cells back under its columns. Cells are told apart by their form; where that leaves a choice,
 * the columns that it concerns are left out rather than guessed.
 *
 * @returns undefined where the row cannot be one of these columns.
 */
export const alignRow = (columns: readonly string[], cells: readonly string[]): AlignedRow | undefined => {
  if (cells.length > columns.length) return undefined
  const rows = alignments(columns, cells)
  return rows && rows.length > 0 ? consensus(columns, rows) : undefined
}
