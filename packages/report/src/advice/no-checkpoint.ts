import type { RunRecord } from '@epochwatt/core'
import { formatDuration } from '../format/time.js'
import { type Finding, ids, linkTo, runsText, savingOf, times } from './finding.js'

/** A run that is lost after less than this has lost little. */
const LONG_SECONDS = 3600

/** How often one would write a checkpoint: what had been done since the last one is lost in any case. */
const BETWEEN_SECONDS = 1800

const isCheckpoint = (name: string): boolean => /checkpoint/i.test(name)

const hasCheckpoint = ({ windows, params, tags }: RunRecord): boolean =>
  windows.some(({ name }) => isCheckpoint(name)) ||
  [...Object.keys(params), ...Object.keys(tags)].some(isCheckpoint)

/** Long runs that did not end well, and of which nothing recorded says that they left anything to go on from. */
export const noCheckpoint = (records: readonly RunRecord[]): readonly Finding[] => {
  const lost = records.flatMap(record => {
    const { status, energy, duration_s } = record
    const isLost = (status === 'failed' || status === 'killed') && duration_s >= LONG_SECONDS
    if (!isLost || !energy.total_kwh || hasCheckpoint(record)) return []
    return [
      {
        record,
        energy: {
          ...times(energy.total_kwh, 1 - BETWEEN_SECONDS / duration_s),
          low: 0,
          tier: 'assumed' as const,
          method: `energy until ${formatDuration(BETWEEN_SECONDS)} before the end`,
        },
      },
    ]
  })
  if (lost.length === 0) return []
  const seconds = lost.reduce((sum, { record }) => sum + record.duration_s, 0)
  return [
    {
      code: 'no-checkpoint',
      title: 'Checkpoints in long runs',
      text: `${runsText(lost.length)} ended before the goal after ${formatDuration(seconds)} in all, and no window, parameter or tag says that a checkpoint was written. If none was, all of it has to be done again.`,
      how: `Energy of these runs until ${formatDuration(BETWEEN_SECONDS)} before their end, as with checkpoints that often, × PUE × mean intensity. Whether a checkpoint was there after all nobody recorded: the lower bound is 0. A window named “checkpoint” around the saving tells.`,
      link: linkTo('no-checkpoint'),
      runs: ids(lost.map(({ record }) => record)),
      saving: savingOf(lost),
    },
  ]
}
