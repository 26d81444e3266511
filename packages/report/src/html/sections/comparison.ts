import type { RunRecord } from '@epochwatt/core'
import { compareRuns } from '../../compare/compare-runs.js'
import { comparisonTable } from '../comparison-table.js'
import type { Html } from '../html.js'
import { section } from '../parts.js'

/** This run beside others, with what may be said of the differences. */
export const comparisonSection = (record: RunRecord, others: readonly RunRecord[]): Html | undefined => {
  const rest = others.filter(other => other.id !== record.id)
  if (rest.length === 0) return undefined
  return section(
    'comparison',
    'Beside other runs',
    ...comparisonTable(compareRuns([record, ...rest]), {
      label: 'This run beside other runs',
      reference: 'this run',
      numbered: false,
    }),
  )
}
