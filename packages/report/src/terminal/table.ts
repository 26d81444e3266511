import { alignDecimals, TERMINAL_BLANK } from '../format/align.js'
import { displayWidth, pad, wrap } from './width.js'

export interface Column {
  readonly title: string
  /** `decimal`: flush right, with the decimal points of numbers in line. */
  readonly align: 'left' | 'right' | 'decimal'
}

const GAP = '  '

/**
 * Rows of cells as aligned lines, the first one being the titles. Columns that stay empty in every row are left
 * out, and so are the last ones when all do not fit into `width`: `dropped` names those.
 */
export const tableLines = (
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): { readonly header: string; readonly body: readonly string[]; readonly dropped: readonly string[] } => {
  const inColumns = columns.map((column, i) => {
    const texts = cells.map(row => row[i] ?? '')
    return column.align === 'decimal' ? alignDecimals(texts, TERMINAL_BLANK) : texts
  })
  const rows = cells.map((_, r) => inColumns.map(texts => texts[r]!))
  const kept: number[] = []
  const dropped: string[] = []
  const widths = columns.map((column, i) =>
    inColumns[i]!.reduce((widest, text) => Math.max(widest, displayWidth(text)), displayWidth(column.title)),
  )
  let used = 0
  columns.forEach((column, i) => {
    if (rows.every(row => !row[i])) return
    const needed = widths[i]! + (kept.length > 0 ? GAP.length : 0)
    if (used + needed > width || dropped.length > 0) dropped.push(column.title)
    else {
      kept.push(i)
      used += needed
    }
  })
  const line = (row: readonly string[]): string =>
    kept
      .map(i => pad(row[i] ?? '', widths[i]!, columns[i]!.align === 'left' ? 'left' : 'right'))
      .join(GAP)
      .trimEnd()
  return { header: line(columns.map(column => column.title)), body: rows.map(line), dropped }
}

/** Says which columns there was no room for. */
export const droppedLines = (dropped: readonly string[], width: number): readonly string[] =>
  dropped.length > 0 ? wrap(`Too narrow for: ${dropped.join(', ')}`, width) : []
