import type { RunRecord, SpanFigures } from '@epochwatt/core'
import { epochsTotal } from './epochs-total.js'
import { meanPowerWatts } from './headline.js'

/** A line below the epochs of a table. */
export interface ClosingSpan {
  readonly kind: 'epochs' | 'outside' | 'run'
  readonly seconds: number
  readonly figures: SpanFigures
  readonly meanPowerWatts?: number
}

/** Time spent in epochs, seconds. */
export const secondsInEpochs = ({ epochs }: RunRecord): number =>
  epochs.reduce((sum, epoch) => sum + epoch.ended_s - epoch.started_s, 0)

/**
 * What a table of epochs ends with: their sum, what lay outside of them, and the run, which is both together. Carbon
 * is operational, as that of epochs is.
 */
export const closingSpans = (record: RunRecord): readonly ClosingSpan[] => {
  const { epochs, outside_epochs, energy, carbon } = record
  const all: ClosingSpan = {
    kind: 'epochs',
    seconds: secondsInEpochs(record),
    figures: { energy_kwh: epochsTotal(epochs, 'energy_kwh'), carbon_g: epochsTotal(epochs, 'carbon_g') },
  }
  return [
    ...(epochs.length > 0 ? [all] : []),
    { kind: 'outside', seconds: outside_epochs.duration_s, figures: outside_epochs },
    {
      kind: 'run',
      seconds: record.duration_s,
      figures: { energy_kwh: energy.total_kwh, carbon_g: carbon.operational_g },
      meanPowerWatts: meanPowerWatts(record),
    },
  ]
}
