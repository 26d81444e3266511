import type { RunRecord } from '@epochwatt/core'
import type { RunComparison } from '../compare/compare-runs.js'

/** More courses than these cannot be told apart. */
export const MOST_COURSES = 8
/** More panels than these are no overview. */
const MOST_PANELS = 12

/** A run that is drawn with its course, under its number in the table. */
export interface DetailedRun {
  readonly number: number
  readonly record: RunRecord
}

/**
 * Ids of the runs whose courses are drawn: the reference, then the best trades, then the others in their order. Give
 * their records to `renderHtmlComparison`.
 *
 * @example
 * ```ts
 * const { records } = openStore().list()
 * const comparison = compareRuns(records)
 * const drawn = new Set(runsInDetail(comparison))
 * renderHtmlComparison(comparison, { records: records.filter(({ id }) => drawn.has(id)) })
 * ```
 */
export const runsInDetail = ({ runs, reference }: RunComparison): readonly string[] => {
  const rank = ({ id, standing }: RunComparison['runs'][number]) =>
    id === reference ? 0 : standing === 'front' ? 1 : 2
  return runs
    .map(run => ({ id: run.id, rank: rank(run) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST_PANELS)
    .map(({ id }) => id)
}

/** Records with the numbers of their runs, in the order of `runsInDetail`. */
export const detailedRuns = (
  comparison: RunComparison,
  records: readonly RunRecord[],
): readonly DetailedRun[] => {
  const numbers = new Map(comparison.runs.map(({ id }, i) => [id, i + 1]))
  const byId = new Map(records.map(record => [record.id, record]))
  return runsInDetail(comparison).flatMap(id => {
    const record = byId.get(id)
    return record ? [{ number: numbers.get(id)!, record }] : []
  })
}
