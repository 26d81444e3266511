import type { RunRecord } from '@epochwatt/core'
import { formatShare } from '../format/number.js'
import { type Finding, ids, linkTo, runsText, type SavedEnergy, savingOf } from './finding.js'

/** Less waiting than this is usual between steps and epochs. */
const LEAST_IDLE = 0.2

const waitingOf = (record: RunRecord): readonly SavedEnergy[] => {
  const idle = record.waste?.accelerator_idle
  if (!idle?.energy_kwh || idle.time_share.low < LEAST_IDLE) return []
  return [{ record, energy: idle.energy_kwh }]
}

/** Accelerators on which nothing ran although the run had them: usually its input did not come fast enough. */
export const idleAccelerator = (records: readonly RunRecord[]): readonly Finding[] => {
  const waiting = records.flatMap(waitingOf)
  if (waiting.length === 0) return []
  const shares = waiting.map(({ record }) => record.waste!.accelerator_idle!.time_share.value)
  const [least, most] = [Math.min(...shares), Math.max(...shares)].map(formatShare)
  return [
    {
      code: 'idle-accelerator',
      title: 'Keeping the accelerator fed',
      text: `In ${runsText(waiting.length)}, nothing ran on the accelerators during ${least === most ? most : `${least} to ${most}`} of the time: usually they waited for input.`,
      how: 'Idle energy of the accelerators (or, where they were never seen without a process, their lowest power × time) × share of time in which nothing ran, by samples of the driver’s utilisation, × PUE × mean intensity. What the rest of the machine used meanwhile is not counted.',
      link: linkTo('idle-accelerator'),
      runs: ids(waiting.map(({ record }) => record)),
      saving: savingOf(waiting),
    },
  ]
}
