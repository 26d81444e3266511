import type { RunRecord } from '../record/record.js'
import type { WindowFigures } from '../tracker/tracker.js'
import type { Caps } from './policy.js'

/** What a run, or several, have taken, in the units of caps. What is unknown is absent. */
export type Use = Caps

export const useOfFigures = ({ durationSeconds, energyKwh, carbonGrams }: WindowFigures): Use => ({
  hours: durationSeconds / 3600,
  ...(energyKwh && { kWh: energyKwh.value }),
  ...(carbonGrams && { gCO2e: carbonGrams.value }),
})

const useOfRecord = ({ duration_s, energy, carbon }: RunRecord): Use => ({
  hours: duration_s / 3600,
  ...(energy.total_kwh && { kWh: energy.total_kwh.value }),
  ...(carbon.operational_g && { gCO2e: carbon.operational_g.value }),
})

/** A sum of what is known of either: a cap is not passed by what nobody measured. */
export const addUse = (a: Use, b: Use): Use =>
  Object.fromEntries(
    (['hours', 'kWh', 'gCO2e'] as const)
      .filter(key => a[key] !== undefined || b[key] !== undefined)
      .map(key => [key, (a[key] ?? 0) + (b[key] ?? 0)]),
  )

/** What the finished runs of a project took that began in the month of `now`, by UTC. */
export const monthUse = (records: readonly RunRecord[], project: string, now: Date): Use => {
  const month = now.toISOString().slice(0, 7)
  return records
    .filter(record => record.project === project && record.started_at.startsWith(month))
    .map(useOfRecord)
    .reduce(addUse, {})
}
