import { alignDecimals, TYPESET_BLANK } from '../format/align.js'
import { type Html, html } from './html.js'

export interface TableColumn {
  readonly title: string
  /**
   * Numbers stand flush right with their decimal points in line, marks in the middle. A table with prose is stacked
   * on a phone, row by row, where it would otherwise be a tall column of words beside empty space.
   */
  readonly kind: 'text' | 'number' | 'mark' | 'prose'
}

export type Cell = string | Html | undefined

export interface TableContent {
  /** Read out before the table, and shown only where there is no heading over it. */
  readonly label: string
  readonly columns: readonly TableColumn[]
  readonly rows: readonly (readonly Cell[])[]
  /** Sums, set apart at the end. */
  readonly totals?: readonly (readonly Cell[])[]
}

const aligned = (
  rows: readonly (readonly Cell[])[],
  columns: readonly TableColumn[],
): readonly (readonly Cell[])[] => {
  const byColumn = columns.map((column, c) => {
    const cells = rows.map(row => row[c])
    if (column.kind !== 'number') return cells
    const texts = alignDecimals(
      cells.map(cell => (typeof cell === 'string' ? cell : '')),
      TYPESET_BLANK,
    )
    return cells.map((cell, i) => (typeof cell === 'string' ? texts[i] : cell))
  })
  return rows.map((_, r) => byColumn.map(cells => cells[r]))
}

const rowMarkup = (row: readonly Cell[], columns: readonly TableColumn[]): Html => html`<tr>${columns.map(
  (column, c) =>
    c === 0
      ? html`<th scope="row" class="${column.kind}">${row[c]}</th>`
      : html`<td class="${column.kind}">${row[c]}</td>`,
)}</tr>
`

/**
 * A table in a box of its own, which scrolls sideways where the screen is too narrow and can be reached by the
 * keyboard. The first column names the rows.
 */
export const dataTable = (content: TableContent): Html => {
  const { columns, rows, totals = [] } = content
  const all = aligned([...rows, ...totals], columns)
  const body = all.slice(0, rows.length)
  const foot = all.slice(rows.length)
  return html`<div class="scroll" role="region" aria-label="${content.label}" tabindex="0"><table${columns.some(column => column.kind === 'prose') && html` class="stack"`}>
<thead><tr>${columns.map(column => html`<th scope="col" class="${column.kind}">${column.title}</th>`)}</tr></thead>
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
