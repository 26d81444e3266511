import { JOULES_PER_KWH, type Quantity, type RunRecord } from '@epochwatt/core'

export interface HeadlineFigure {
  readonly quantity?: Quantity
  /** Why the quantity is absent. */
  readonly reason?: string
}

const NO_REASON = 'The record gives no reason.'

/** IT energy of the run. */
export const headlineEnergy = (record: RunRecord): HeadlineFigure =>
  record.energy.total_kwh
    ? { quantity: record.energy.total_kwh }
    : { reason: record.energy.reason ?? NO_REASON }

/** Total carbon, or operational carbon where embodied carbon is not in the record; `covers` says which. */
export const headlineCarbon = (
  record: Pick<RunRecord, 'carbon'>,
): HeadlineFigure & { readonly covers: 'operational and embodied' | 'operational only' | 'unknown' } => {
  const { total_g, operational_g, embodied_g, reason } = record.carbon
  if (total_g)
    return { quantity: total_g, covers: embodied_g ? 'operational and embodied' : 'operational only' }
  if (operational_g) return { quantity: operational_g, covers: 'operational only' }
  return { reason: reason ?? NO_REASON, covers: 'unknown' }
}

/** Mean power over the run in watts, where its energy is known and it took any time. */
export const meanPowerWatts = (record: RunRecord): number | undefined =>
  record.energy.total_kwh && record.duration_s > 0
    ? (record.energy.total_kwh.value * JOULES_PER_KWH) / record.duration_s
    : undefined
