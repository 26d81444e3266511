import { sortKeyOf } from './sort-table.js'

const MOST_CHOICES = 30

interface Facet {
  readonly column: number
  readonly select: HTMLSelectElement
}

const label = (text: string, control: HTMLElement): HTMLLabelElement => {
  const element = document.createElement('label')
  const name = document.createElement('span')
  name.textContent = text
  element.append(name, control)
  return element
}

/** A choice among the values of a column, where there are a few of them. */
const facetOf = (header: HTMLTableCellElement, rows: readonly HTMLTableRowElement[]): Facet | undefined => {
  const column = header.cellIndex
  const values = [...new Set(rows.map(row => sortKeyOf(row, column)).filter(value => value !== ''))].sort()
  if (values.length < 2 || values.length > MOST_CHOICES) return undefined
  const select = document.createElement('select')
  for (const value of ['', ...values]) select.add(new Option(value === '' ? 'all' : value, value))
  return { column, select }
}

const texts = new WeakMap<HTMLTableRowElement, string>()

const textOf = (row: HTMLTableRowElement): string => {
  const known = texts.get(row) ?? (row.textContent ?? '').toLowerCase()
  texts.set(row, known)
  return known
}

/** A field that leaves only the rows that hold its words, and choices for the columns marked for one. */
export const filterTable = (table: HTMLTableElement): void => {
  const rowsNow = (): HTMLTableRowElement[] => [...(table.tBodies[0]?.rows ?? [])]
  const box = table.parentElement
  if (!box || table.dataset.filter === undefined) return
  const tools = document.createElement('div')
  tools.className = 'tools'
  const input = document.createElement('input')
  input.type = 'search'
  input.placeholder = 'words in any column'
  const count = document.createElement('p')
  count.setAttribute('role', 'status')
  const headers = [...(table.tHead?.rows[0]?.cells ?? [])]
  const facets = headers
    .filter(({ dataset }) => dataset.facet !== undefined)
    .map(header => ({ header, facet: facetOf(header, rowsNow()) }))
  const chosen = facets.flatMap(({ facet }) => (facet ? [facet] : []))

  const update = (): void => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean)
    const rows = rowsNow()
    let shown = 0
    for (const row of rows) {
      const fits =
        words.every(word => textOf(row).includes(word)) &&
        chosen.every(({ column, select }) => select.value === '' || sortKeyOf(row, column) === select.value)
      row.hidden = !fits
      if (fits) shown++
    }
    count.textContent = shown === rows.length ? `${rows.length} rows` : `${shown} of ${rows.length} rows`
  }

  tools.append(label('Filter', input))
  for (const { header, facet } of facets) {
    if (!facet) continue
    facet.select.addEventListener('change', update)
    tools.append(label(header.textContent?.trim() ?? '', facet.select))
  }
  input.addEventListener('input', update)
  // Somebody put other rows in place of these.
  table.addEventListener('rows', update)
  tools.append(count)
  box.before(tools)
  update()
}
