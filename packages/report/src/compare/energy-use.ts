import type { ComparedRun } from './compared-run.js'

/** The energy of a run by what came of it, kWh. The parts are the whole: each joule is in one of them. */
export interface EnergyUse {
  readonly useful: number
  /** After the epoch whose weights are the best. */
  readonly late: number
  /** All of a run that repeats an earlier one. */
  readonly repeated: number
  /** All of a run that failed or was killed. */
  readonly failed: number
}

/** Undefined where the energy is unknown. A run that failed is counted as that, whatever else it was. */
export const energyUse = (run: ComparedRun): EnergyUse | undefined => {
  const total = run.energy_kwh?.value
  if (total === undefined) return undefined
  const nothing: EnergyUse = { useful: 0, late: 0, repeated: 0, failed: 0 }
  if (run.waste?.failed_run) return { ...nothing, failed: total }
  if (run.repeats !== undefined) return { ...nothing, repeated: total }
  const late = Math.min(total, run.waste?.after_best_epoch?.energy_kwh?.value ?? 0)
  return { ...nothing, useful: total - late, late }
}

/** Share of the energy that served nothing, as far as records show. */
export const wastedShare = (run: ComparedRun): number | undefined => {
  const use = energyUse(run)
  const total = run.energy_kwh?.value
  return use && total ? 1 - use.useful / total : undefined
}
