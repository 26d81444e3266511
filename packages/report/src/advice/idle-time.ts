import type { Quantity, RunRecord } from '@epochwatt/core'
import { multiplyQuantity } from '@epochwatt/core'
import { formatShare } from '../format/number.js'
import { secondsInEpochs } from '../reading/closing-spans.js'
import { type Finding, ids, linkTo, runsText, savingOf, times } from './finding.js'

/** Less waiting than this is usual. */
const LEAST_IDLE = 0.2

interface Waiting {
  readonly record: RunRecord
  readonly share: Quantity
  readonly energy: Quantity
}

/**
 * Idle power flows whether the run works or waits, and is booked evenly over time only under these policies. Under the
 * others a run that waits is booked less of it, by how much the record does not say.
 */
const booksIdlePowerEvenly = ({ scope, static_policy }: RunRecord): boolean =>
  scope === 'machine' || static_policy === 'full' || static_policy === 'reserved'

const waitingOf = (record: RunRecord): readonly Waiting[] => {
  const idle = record.waste?.idle
  const { static_kwh } = record.energy
  if (!idle || !static_kwh || !booksIdlePowerEvenly(record) || idle.time_share.low < LEAST_IDLE) return []
  const within = idle.within === 'epochs' ? Math.min(1, secondsInEpochs(record) / record.duration_s) : 1
  const share = times(idle.time_share, within)
  return [
    {
      record,
      share: idle.time_share,
      energy: multiplyQuantity(static_kwh, [share], 'kWh', 'idle energy × share of time that was waited'),
    },
  ]
}

/** Time in which the processor waited, such as for input, while idle power went on. */
export const idleTime = (records: readonly RunRecord[]): readonly Finding[] => {
  const waiting = records.flatMap(waitingOf)
  if (waiting.length === 0) return []
  const shares = waiting.map(({ share }) => share.value)
  const [least, most] = [Math.min(...shares), Math.max(...shares)].map(formatShare)
  const part = least === most ? most : `${least} to ${most}`
  return [
    {
      code: 'idle-time',
      title: 'Keeping the processor fed',
      text: `In ${runsText(waiting.length)}, less than one processor core worked during ${part} of the ${waiting[0]!.record.waste?.idle?.within === 'epochs' ? 'epochs' : 'run time'}: usually the time of waiting for input.`,
      how: 'Idle (static) energy of the runs × share of time that was waited × PUE × mean intensity: what a run without waiting, shorter by that time, would not have used.',
      link: linkTo('idle-time'),
      runs: ids(waiting.map(({ record }) => record)),
      saving: savingOf(waiting),
    },
  ]
}
