import type { Quantity, RunRecord } from '@epochwatt/core'
import { multiplyQuantity } from '@epochwatt/core'
import type { FootprintRatio } from '@epochwatt/core/planning'
import { mixedIntensities, sumOfRuns } from '../reading/sum.js'

/** Kinds of advice. Codes are stable; docs/advice.md explains each. */
export type FindingCode =
  | 'cleaner-region'
  | 'better-hour'
  | 'after-best-epoch'
  | 'unfinished-runs'
  | 'repeated-runs'
  | 'idle-time'
  | 'oversized-machine'
  | 'no-checkpoint'
  | 'idle-accelerator'
  | 'memory-over-allocation'

/** What would not have been emitted, operational carbon. */
export interface Saving {
  /** Absent where only the place changes. */
  readonly energy_kwh?: Quantity
  readonly carbon_g?: Quantity
  /** Why `carbon_g` is absent. */
  readonly reason?: string
  /** Of the operational carbon of all runs looked at, 0 to 1. */
  readonly share?: number
}

/** One thing that would have saved carbon, with the numbers of these runs. Findings overlap; they do not add up. */
export interface Finding {
  readonly code: FindingCode
  readonly title: string
  /** What was found, in numbers. */
  readonly text: string
  /** How the saving was computed. */
  readonly how: string
  /** Where it is explained, inside the project's documentation. */
  readonly link: string
  /** Ids of the runs it is about. */
  readonly runs: readonly string[]
  readonly saving: Saving
}

/** A part of the energy of one run that would not have been used. */
export interface SavedEnergy {
  readonly record: RunRecord
  readonly energy: Quantity
}

const METHOD = 'energy saved × PUE × mean intensity of the run'

const carbonOf = ({ record, energy }: SavedEnergy): Quantity =>
  multiplyQuantity(energy, [record.pue, record.grid.g_per_kwh], 'gCO2e', METHOD)

/** Energy and carbon of parts of several runs. Carbon that must not be added is absent, with the reason. */
export const savingOf = (parts: readonly SavedEnergy[]): Saving => {
  const energy = sumOfRuns(
    parts.map(part => part.energy),
    'sum over runs, bounds added up',
  )
  const mixed = mixedIntensities(
    parts.map(({ record: { grid } }) => ({ basis: grid.basis, kind: grid.kind })),
  )
  const carbon = mixed === undefined ? sumOfRuns(parts.map(carbonOf), METHOD) : undefined
  return {
    ...(energy && { energy_kwh: energy }),
    ...(carbon && { carbon_g: carbon }),
    ...(mixed !== undefined && { reason: mixed }),
  }
}

/** A quantity and its bounds times a number that is known. */
export const times = (quantity: Quantity, factor: number): Quantity => ({
  ...quantity,
  value: quantity.value * factor,
  low: quantity.low * factor,
  high: quantity.high * factor,
})

/** What is saved where the same energy causes a part of its carbon: both intervals at their worst pairing. */
export const savedByRatio = (
  ran: Quantity,
  { value, low, high }: FootprintRatio,
  method: string,
): Quantity => ({
  ...ran,
  value: ran.value * (1 - value),
  low: ran.low * (1 - high),
  high: ran.high * (1 - low),
  tier: ran.tier === 'measured' ? 'modelled' : ran.tier,
  method,
})

export const linkTo = (code: FindingCode): string => `docs/advice.md#${code}`

export const ids = (records: readonly { readonly id: string }[]): readonly string[] =>
  records.map(({ id }) => id)

export const runsText = (count: number): string => `${count} run${count === 1 ? '' : 's'}`
