import type { RunRecord } from '@epochwatt/core'
import { formatDuration } from '../format/time.js'
import { type Finding, ids, linkTo, runsText, savingOf } from './finding.js'

/** Runs that failed or were killed. What of them was used after all, a record cannot know. */
export const unfinishedRuns = (records: readonly RunRecord[]): readonly Finding[] => {
  const unfinished = records.filter(({ status }) => status === 'failed' || status === 'killed')
  const parts = unfinished.flatMap(record =>
    record.energy.total_kwh ? [{ record, energy: record.energy.total_kwh }] : [],
  )
  if (parts.length === 0) return []
  const counted = parts.map(({ record }) => record)
  const count = (status: RunRecord['status']) => counted.filter(record => record.status === status).length
  const seconds = counted.reduce((sum, { duration_s }) => sum + duration_s, 0)
  const outcomes = (['failed', 'killed'] as const).flatMap(status =>
    count(status) > 0 ? [`${count(status)} ${status}`] : [],
  )
  return [
    {
      code: 'unfinished-runs',
      title: 'Finding faults before the long run',
      text: `${runsText(counted.length)} of ${records.length} did not finish (${outcomes.join(', ')}), after ${formatDuration(seconds)} in all. A trial on little data, and checkpoints to go on from, keep what is lost small.`,
      how: 'All energy of these runs × PUE × mean intensity of each. What was used of them after all, the records do not say.',
      link: linkTo('unfinished-runs'),
      runs: ids(counted),
      saving: savingOf(parts),
    },
  ]
}
