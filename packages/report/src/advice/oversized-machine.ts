import type { Quantity, RunRecord } from '@epochwatt/core'
import { formatShare } from '../format/number.js'
import { type Finding, ids, linkTo, runsText, savingOf, times } from './finding.js'

const MOST_STATIC = 0.5
const MOST_BUSY = 0.5

interface Oversized {
  readonly record: RunRecord
  readonly energy: Quantity
}

/**
 * Idle power goes with the size of a machine: one that is busy to the share u could be smaller by 1 − u. How much of
 * that can be had in practice nobody measured, so that the bound below is 0.
 */
const oversizedOf = (record: RunRecord): readonly Oversized[] => {
  const { static_kwh, total_kwh, components } = record.energy
  const { utilisation } = record.methodology
  // The policies by capacity already book idle power by the part in use, and of a GPU the processor's use says nothing.
  const booksAll =
    record.scope === 'machine' || record.static_policy === 'proportional' || record.static_policy === 'full'
  if (!static_kwh || !total_kwh || total_kwh.value <= 0 || utilisation === undefined || components.gpu.kwh)
    return []
  if (!booksAll || static_kwh.value / total_kwh.value <= MOST_STATIC || utilisation >= MOST_BUSY) return []
  return [
    {
      record,
      energy: {
        ...times(static_kwh, 1 - utilisation),
        low: 0,
        tier: 'assumed',
        method: 'idle energy × share of the machine that was not busy',
      },
    },
  ]
}

/** Machines that mostly idled although the run was on them. */
export const oversizedMachine = (records: readonly RunRecord[]): readonly Finding[] => {
  const oversized = records.flatMap(oversizedOf)
  if (oversized.length === 0) return []
  const all = oversized.map(({ record }) => record)
  const sum = (of: (record: RunRecord) => number) => all.reduce((total, record) => total + of(record), 0)
  const idle = sum(({ energy }) => energy.static_kwh!.value) / sum(({ energy }) => energy.total_kwh!.value)
  const busy = sum(({ methodology }) => methodology.utilisation!) / all.length
  return [
    {
      code: 'oversized-machine',
      title: 'A smaller machine, or several runs at once',
      text: `In ${runsText(all.length)}, ${formatShare(idle)} of the energy is idle power, and the machine was ${formatShare(busy)} busy on average.`,
      how: 'Idle (static) energy × share of the machine that was not busy × PUE × mean intensity, taking idle power to go with the size of a machine; the lower bound is 0.',
      link: linkTo('oversized-machine'),
      runs: ids(all),
      saving: savingOf(oversized),
    },
  ]
}
