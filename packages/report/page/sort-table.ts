/** Numbers first and by size, then texts, then what is unknown, whatever the direction. */
const compare = (a: string, b: string, direction: 1 | -1): number => {
  if (a === '' || b === '') return a === b ? 0 : a === '' ? 1 : -1
  const [x, y] = [Number(a), Number(b)]
  if (Number.isNaN(x) || Number.isNaN(y)) {
    if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1
    return direction * a.localeCompare(b, 'en', { numeric: true })
  }
  return direction * (x - y)
}

/** What a cell is sorted by: the full number where one is given, else what can be read in it. */
export const sortKeyOf = (row: HTMLTableRowElement, column: number): string => {
  const cell = row.cells[column]
  return cell?.dataset.by ?? cell?.textContent?.trim() ?? ''
}

const buttonIn = (header: HTMLTableCellElement): HTMLButtonElement => {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'sort'
  button.append(...header.childNodes)
  header.append(button)
  return button
}

const order = (body: HTMLTableSectionElement, column: number, direction: 1 | -1): void => {
  const rows = [...body.rows].map(row => ({ row, value: sortKeyOf(row, column) }))
  rows.sort((a, b) => compare(a.value, b.value, direction))
  body.append(...rows.map(({ row }) => row))
}

/** The titles of a table become buttons that sort its rows: the first press upwards, the next one downwards. */
export const sortTable = (table: HTMLTableElement): void => {
  const body = table.tBodies[0]
  const headers = [...(table.tHead?.rows[0]?.cells ?? [])]
  if (!body) return
  for (const [column, header] of headers.entries()) {
    if (header.textContent?.trim() === '') continue
    buttonIn(header).addEventListener('click', () => {
      const isDown = header.getAttribute('aria-sort') === 'ascending'
      for (const other of headers) other.removeAttribute('aria-sort')
      header.setAttribute('aria-sort', isDown ? 'descending' : 'ascending')
      order(body, column, isDown ? -1 : 1)
    })
  }
  // Somebody put other rows in place of these.
  table.addEventListener('rows', () => {
    const column = headers.findIndex(header => header.hasAttribute('aria-sort'))
    if (column >= 0) order(body, column, headers[column]?.ariaSort === 'descending' ? -1 : 1)
  })
}
