import type { Quantity } from '../quantity/quantity.js'
import type { RunRecord } from '../record/record.js'
import { type Conversion, type FootprintRatio, footprintRatio, mixtureOf } from './footprint-ratio.js'

/** One reason why the carbon of the run is another one. The items add up to the whole difference. */
export interface DifferenceItem {
  readonly name: 'energy' | 'pue' | 'grid' | 'embodied'
  /** The figure before, in `unit`; absent where it is unknown. */
  readonly from?: number
  /** The figure now, in `unit`; absent where it is unknown. */
  readonly to?: number
  readonly unit: string
  /** Part of the difference in gCO2e; absent where the figure is unknown. */
  readonly carbon_g?: number
  readonly note: string
}

/** What other assumptions change of a run's operational carbon, item by item. */
export interface RecomputeDifference {
  readonly items: readonly DifferenceItem[]
  /** Operational carbon after minus before, gCO2e. Absent where the energy of the run is unknown. */
  readonly operational_g?: number
  /** Operational carbon after over before. The energy's error is that of both and is not in its interval. */
  readonly ratio?: FootprintRatio
  /** Why the two figures do not mean the same, if they do not. */
  readonly caution?: string
}

const UNCHANGED = 'unchanged'

/**
 * The items of a change of two factors. Each gets its change at the mean of the other, which does not depend on an
 * order and adds up: E·ΔP·(I + I′)/2 + E·ΔI·(P + P′)/2 = E·(P′I′ − PI).
 */
const itemsOf = (
  { energy, carbon }: RunRecord,
  before: Conversion,
  after: Conversion,
): readonly DifferenceItem[] => {
  const kwh = energy.total_kwh?.value
  const embodied = carbon.embodied_g?.value
  const intensity = { from: before.grid.gramsPerKwh, to: after.grid.gramsPerKwh }
  const pue = { from: before.pue.value, to: after.pue.value }
  const part = (gramsPerKwh: number) => (kwh === undefined ? {} : { carbon_g: kwh * gramsPerKwh })
  return [
    {
      name: 'energy',
      ...(kwh !== undefined && { from: kwh, to: kwh, carbon_g: 0 }),
      unit: 'kWh',
      note:
        kwh === undefined
          ? 'unknown, and so is the carbon'
          : `${UNCHANGED}: the same work on the same machine`,
    },
    {
      name: 'pue',
      ...pue,
      unit: 'ratio',
      ...part(((pue.to - pue.from) * (intensity.from + intensity.to)) / 2),
      note: after.pue === before.pue ? UNCHANGED : after.pue.source,
    },
    {
      name: 'grid',
      ...intensity,
      unit: 'gCO2e/kWh',
      ...part(((intensity.to - intensity.from) * (pue.from + pue.to)) / 2),
      note: after.grid === before.grid ? UNCHANGED : after.grid.method,
    },
    {
      name: 'embodied',
      ...(embodied !== undefined && { from: embodied, to: embodied, carbon_g: 0 }),
      unit: 'gCO2e',
      note: embodied === undefined ? 'not in the record' : `${UNCHANGED}: the same machine for the same time`,
    },
  ]
}

/** The difference that other assumptions make to a run's operational carbon, by cause. */
export const differenceOf = (
  record: RunRecord,
  operational: Quantity | undefined,
  before: Conversion,
  after: Conversion,
): RecomputeDifference => {
  const known = operational && record.carbon.operational_g
  const ratio = footprintRatio(after, before)
  const caution = mixtureOf(after.grid, before.grid)
  return {
    items: itemsOf(record, before, after),
    ...(known && { operational_g: operational.value - known.value }),
    ...(known && ratio && { ratio }),
    ...(caution !== undefined && { caution }),
  }
}
