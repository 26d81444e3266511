import type { Quantity, RunRecord } from '@epochwatt/core'
import { sumOfRuns } from '../reading/sum.js'
import type { DisclosedRuns } from './disclosed-runs.js'
import { type CountedUnit, countUnits, type FunctionalUnit } from './functional-unit.js'

/** A score by ISO/IEC 21031:2024, SCI = ((E × I) + M) per R. */
export interface SciScore {
  /** gCO2e per functional unit. */
  readonly score_g: Quantity
  /** E: energy with PUE, kWh. */
  readonly energy_kwh: Quantity
  /** I: operational carbon over E, location-based, gCO2e/kWh. */
  readonly g_per_kwh: number
  /** E × I, gCO2e. */
  readonly operational_g: Quantity
  /** M: embodied carbon by share of time and of resources, gCO2e. */
  readonly embodied_g: Quantity
  /** R. */
  readonly per: CountedUnit
}

const divided = (quantity: Quantity, count: number, unit: string): Quantity => ({
  ...quantity,
  value: quantity.value / count,
  low: quantity.low / count,
  high: quantity.high / count,
  unit: `gCO2e/${unit}`,
  method: 'SCI = ((E × I) + M) per R, ISO/IEC 21031:2024',
})

/** The score of all runs together, or why there is none: a score with a part missing is no score. */
export const sciScore = (
  runs: DisclosedRuns,
  records: readonly RunRecord[],
  unit: FunctionalUnit,
): SciScore | { readonly reason: string } => {
  const per = countUnits(unit, records)
  const { energy, carbon, grids } = runs
  if (carbon.reason !== undefined) return { reason: carbon.reason }
  if (energy.unknown_runs > 0 || carbon.unknown_runs > 0)
    return {
      reason: `energy or carbon of ${Math.max(energy.unknown_runs, carbon.unknown_runs)} of ${runs.runs.all} runs is unknown`,
    }
  if (carbon.without_embodied_runs > 0)
    return {
      reason: `M is missing: embodied carbon of ${carbon.without_embodied_runs} of ${runs.runs.all} runs was not counted`,
    }
  if (grids.some(({ kind }) => kind === 'residual'))
    return { reason: 'I has to be location-based, and a residual mix is market-based' }
  if (per.count === 0) return { reason: `R is 0: no ${per.unit} was recorded` }
  const total = sumOfRuns(
    records.map(record => record.carbon.total_g),
    'operational + embodied',
  )
  const { facility_kwh } = energy
  const { operational_g, embodied_g } = carbon
  if (!total || !facility_kwh || !operational_g || !embodied_g)
    return { reason: 'a part of the record is missing' }
  if (facility_kwh.value === 0) return { reason: 'E is 0, so that I cannot be told' }
  return {
    score_g: divided(total, per.count, per.unit),
    energy_kwh: facility_kwh,
    g_per_kwh: operational_g.value / facility_kwh.value,
    operational_g,
    embodied_g,
    per,
  }
}
