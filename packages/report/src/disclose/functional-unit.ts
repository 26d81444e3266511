import { EpochwattError, type RunRecord } from '@epochwatt/core'

/**
 * What an SCI score is per: `run`, `epoch`, or a unit of the caller's own with the number of them that all runs
 * together came to, e.g. `{ unit: '1000 samples', count: 480 }`.
 */
export type FunctionalUnit = 'run' | 'epoch' | { readonly unit: string; readonly count: number }

/** The functional unit R of the SCI specification, counted. */
export interface CountedUnit {
  readonly unit: string
  readonly count: number
  /** What was counted. */
  readonly counted: string
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** @throws EpochwattError `OPTION_INVALID` for a unit of no name or a count that is none. */
export const countUnits = (unit: FunctionalUnit, records: readonly RunRecord[]): CountedUnit => {
  if (unit === 'run') {
    const { length } = records
    return { unit: 'run', count: length, counted: `${plural(length, 'run')}, whatever became of them` }
  }
  if (unit === 'epoch') {
    const count = records.reduce((sum, { epochs }) => sum + epochs.filter(epoch => epoch.complete).length, 0)
    return { unit: 'epoch', count, counted: `${plural(count, 'epoch')} that ran to the end, of all runs` }
  }
  if (typeof unit !== 'object' || unit.unit.trim() === '' || !(unit.count > 0 && Number.isFinite(unit.count)))
    throw new EpochwattError(
      'OPTION_INVALID',
      `Option "functionalUnit" is ${JSON.stringify(unit)}; accepted: "run", "epoch", or a name and how many of it all runs came to, e.g. { unit: '1000 samples', count: 480 }.`,
    )
  const { count } = unit
  return { unit: unit.unit, count, counted: `${count} × ${unit.unit}, as stated by the authors` }
}
