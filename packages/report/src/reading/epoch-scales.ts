import type { RunRecord } from '@epochwatt/core'
import { carbonScale, energyScale, powerScale, type Scale } from '../format/scale.js'

/** One unit for each column of a table of epochs. */
export interface EpochScales {
  readonly energy: Scale
  readonly carbon: Scale
  readonly power: Scale
}

/** Chosen by the largest value of a column, so that the numbers below each other can be compared. */
export const epochScales = ({ epochs, energy, carbon }: RunRecord): EpochScales => ({
  energy: energyScale(energy.total_kwh?.value, ...epochs.map(epoch => epoch.energy_kwh?.value)),
  carbon: carbonScale(carbon.operational_g?.value, ...epochs.map(epoch => epoch.carbon_g?.value)),
  power: powerScale(...epochs.map(epoch => epoch.peak_power_w ?? epoch.mean_power_w)),
})
