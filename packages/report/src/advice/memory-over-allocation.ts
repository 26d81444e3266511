import type { RunRecord } from '@epochwatt/core'
import { formatSignificant } from '../format/number.js'
import { type Finding, ids, linkTo, runsText, type SavedEnergy, savingOf, times } from './finding.js'

/** More of the memory than this in use is what memory is for. */
const MOST_USED = 0.5

/** What a careful reservation has above the peak. */
const HEADROOM = 1.2

/**
 * Memory of a machine that others share is not this run's choice: only what was reserved for it, or a machine that is
 * booked to it as a whole.
 */
const isItsOwn = (
  { scope, static_policy }: RunRecord,
  { available_by }: NonNullable<RunRecord['memory']>,
): boolean => available_by === 'cgroup' || scope === 'machine' || static_policy === 'full'

const unusedOf = (record: RunRecord): readonly SavedEnergy[] => {
  const { memory } = record
  const { kwh } = record.energy.components.memory
  if (!memory || !kwh || !isItsOwn(record, memory)) return []
  const { peak_gb, available_gb } = memory
  if (peak_gb.high >= MOST_USED * available_gb) return []
  return [
    {
      record,
      energy: {
        ...times(kwh, 1 - (HEADROOM * peak_gb.value) / available_gb),
        low: 0,
        high: kwh.high * (1 - peak_gb.value / available_gb),
        tier: 'assumed',
        method: 'energy of memory × share that the peak with a fifth of headroom leaves unused',
      },
    },
  ]
}

const gigabytes = ({ record }: SavedEnergy): string =>
  `${formatSignificant(record.memory!.peak_gb.value, 2)} of ${formatSignificant(record.memory!.available_gb, 2)} GB`

/** Memory that was reserved or bought and never used. */
export const memoryOverAllocation = (records: readonly RunRecord[]): readonly Finding[] => {
  const unused = records.flatMap(unusedOf)
  const [first] = unused
  if (!first) return []
  const most = unused.reduce((a, b) =>
    a.record.memory!.peak_gb.value / a.record.memory!.available_gb >=
    b.record.memory!.peak_gb.value / b.record.memory!.available_gb
      ? a
      : b,
  )
  const use =
    unused.length === 1
      ? `The run used ${gigabytes(first)} at its peak`
      : `${runsText(unused.length)} used ${gigabytes(most)} or less at their peaks`
  return [
    {
      code: 'memory-over-allocation',
      title: 'Less memory',
      text: `${use}${first.record.memory!.available_by === 'cgroup' ? ' that were reserved' : ''}.`,
      how: 'Energy of memory × share unused at the peak, a fifth of headroom left, × PUE × mean intensity, taking the power of memory to go with its size. Memory draws power whether it is used or not: that somebody else uses it, or that a smaller machine is taken, nobody measured; the lower bound is 0.',
      link: linkTo('memory-over-allocation'),
      runs: ids(unused.map(({ record }) => record)),
      saving: savingOf(unused),
    },
  ]
}
