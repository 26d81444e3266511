import type { Quantity, RunRecord } from '@epochwatt/core'
import { type Finding, ids, linkTo, runsText, savingOf, times } from './finding.js'

/** Epochs without improvement that a rule waits for before it stops. */
const PATIENCE = 2

type AfterBest = NonNullable<NonNullable<RunRecord['waste']>['after_best_epoch']>

interface Late {
  readonly record: RunRecord
  readonly after: AfterBest
  readonly energy: Quantity
}

/** Epochs that a rule of this patience would not have run. Each training of a run has a patience of its own. */
const spared = ({ epochs, best_epochs }: AfterBest): number =>
  Math.max(0, epochs - PATIENCE * best_epochs.length)

const lateOf = (record: RunRecord): readonly Late[] => {
  const after = record.waste?.after_best_epoch
  if (!after?.energy_kwh || spared(after) === 0) return []
  return [{ record, after, energy: times(after.energy_kwh, spared(after) / after.epochs) }]
}

const oneRun = ({ after, record }: Late): string => {
  const best = after.best_epochs.length === 1 ? ` (epoch ${after.best_epochs[0]})` : ''
  return `${after.epochs} of ${record.epochs.length} epochs came after the one with the best ${after.metric}${best}.`
}

const manyRuns = (late: readonly Late[]): string => {
  const epochs = late.reduce((sum, { after }) => sum + after.epochs, 0)
  const all = late.reduce((sum, { record }) => sum + record.epochs.length, 0)
  return `In ${runsText(late.length)}, ${epochs} of ${all} epochs came after the one with the best validation metric.`
}

/** Epochs after the best one, less those that a rule needs to notice. */
export const afterBestEpoch = (records: readonly RunRecord[]): readonly Finding[] => {
  const late = records.flatMap(lateOf)
  if (late.length === 0) return []
  return [
    {
      code: 'after-best-epoch',
      title: 'Stopping when validation no longer improves',
      text: late.length === 1 ? oneRun(late[0]!) : manyRuns(late),
      how: `Energy after the best epoch, less ${PATIENCE} epochs of patience, × PUE × mean intensity of the run. A rule that waits longer saves less.`,
      link: linkTo('after-best-epoch'),
      runs: ids(late.map(({ record }) => record)),
      saving: savingOf(late),
    },
  ]
}
