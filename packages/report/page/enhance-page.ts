import { walkCharts } from './chart-keys.js'
import { filterTable } from './filter-table.js'
import { sortTable } from './sort-table.js'

/**
 * What a page can do besides being read. Everything is there without it: where scripts may not run, tables stay in
 * their order and charts answer the pointer alone.
 */
export const enhancePage = (): void => {
  for (const table of document.querySelectorAll<HTMLTableElement>('table[data-sortable]')) {
    sortTable(table)
    filterTable(table)
  }
  walkCharts()
}
