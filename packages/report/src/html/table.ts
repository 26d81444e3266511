import { alignDecimals, TYPESET_BLANK } from '../format/align.js'
import { type Html, html } from './html.js'

export interface TableColumn {
  readonly title: string
  /**
   * Numbers stand flush right with their decimal points in line, marks in the middle. A table with prose is stacked
   * on a phone, row by row, where it would otherwise be a tall column of words beside empty space.
   */
  readonly kind: 'text' | 'number' | 'mark' | 'prose'
  /** In a sortable table: rows can be chosen by the values of this column. */
  readonly facet?: boolean
}

/** A cell of a sortable table: what is shown, and the whole number or text that rows are sorted by. */
export class SortedCell {
  readonly shown: string | Html
  readonly by: string | number | undefined

  constructor(shown: string | Html, by: string | number | undefined) {
    this.shown = shown
    this.by = by
  }
}

export type Cell = string | Html | SortedCell | undefined

export interface TableContent {
  /** Read out before the table, and shown only where there is no heading over it. */
  readonly label: string
  readonly columns: readonly TableColumn[]
  readonly rows: readonly (readonly Cell[])[]
  /** Sums, set apart at the end. */
  readonly totals?: readonly (readonly Cell[])[]
  /** Where scripts may run, readers can sort by any column and leave out rows. */
  readonly sortable?: boolean
}

const shownOf = (cell: Cell): string | Html | undefined => (cell instanceof SortedCell ? cell.shown : cell)

const withShown = (cell: Cell, shown: string | Html): Cell =>
  cell instanceof SortedCell ? new SortedCell(shown, cell.by) : shown

const aligned = (
  rows: readonly (readonly Cell[])[],
  columns: readonly TableColumn[],
): readonly (readonly Cell[])[] => {
  const byColumn = columns.map((column, c) => {
    const cells = rows.map(row => row[c])
    if (column.kind !== 'number') return cells
    const shown = cells.map(shownOf)
    const texts = alignDecimals(
      shown.map(cell => (typeof cell === 'string' ? cell : '')),
      TYPESET_BLANK,
    )
    return cells.map((cell, i) => (typeof shown[i] === 'string' ? withShown(cell, texts[i]!) : cell))
  })
  return rows.map((_, r) => byColumn.map(cells => cells[r]))
}

const sortKey = (cell: Cell): Html | undefined =>
  cell instanceof SortedCell ? html` data-by="${cell.by}"` : undefined

const rowMarkup = (row: readonly Cell[], columns: readonly TableColumn[]): Html => html`<tr>${columns.map(
  (column, c) =>
    c === 0
      ? html`<th scope="row" class="${column.kind}"${sortKey(row[c])}>${shownOf(row[c])}</th>`
      : html`<td class="${column.kind}"${sortKey(row[c])}>${shownOf(row[c])}</td>`,
)}</tr>
`

/** Rows alone, to be put in place of those of a table of the same columns. */
export const tableRows = (rows: readonly (readonly Cell[])[], columns: readonly TableColumn[]): Html =>
  html`${aligned(rows, columns).map(row => rowMarkup(row, columns))}`

/**
 * A table in a box of its own, which scrolls sideways where the screen is too narrow and can be reached by the
 * keyboard. The first column names the rows.
 */
export const dataTable = (content: TableContent): Html => {
  const { columns, rows, totals = [], sortable = false } = content
  const all = aligned([...rows, ...totals], columns)
  const body = all.slice(0, rows.length)
  const foot = all.slice(rows.length)
  return html`<div class="scroll" role="region" aria-label="${content.label}" tabindex="0"><table${columns.some(column => column.kind === 'prose') && html` class="stack"`}${sortable && html` data-sortable data-filter`}>
<thead><tr>${columns.map(column => html`<th scope="col" class="${column.kind}"${sortable && column.facet && html` data-facet`}>${column.title}</th>`)}</tr></thead>
<tbody>
${body.map(row => rowMarkup(row, columns))}</tbody>${
    foot.length > 0 &&
    html`
<tfoot>
${foot.map(row => rowMarkup(row, columns))}</tfoot>`
  }
</table></div>
`
}
