import { EMBODIED } from '../data/embodied.gen.js'
import { type Factor, multiplyQuantity } from '../quantity/combine.js'
import type { Quantity } from '../quantity/quantity.js'

/** The shortest and longest time that such machines stay in use; the value itself is Boavizta's and the SCI's 4 years. */
const SHORT_LIFE_HOURS = 3 * 8760
const LONG_LIFE_HOURS = 6 * 8760

/**
 * One thing whose making a run answers for in part: M = TE × TS × RS of the SCI specification (ISO/IEC 21031), total
 * embodied × time share × resource share.
 */
export interface EmbodiedPart {
  /** `server`, `laptop`, `desktop`, `cpu`, `memory`, `storage`, `enclosure` or `accelerator`. */
  readonly name: string
  readonly carbon_g: Quantity
  /** Making of the whole thing, all pieces of it. */
  readonly whole_kg: number
  readonly lifetime_h: number
  /** Part of its life for which it was taken up. */
  readonly time_share: number
  /** Part of it that was taken up meanwhile; above 1 for several such machines. */
  readonly resource_share: number
}

/** The making of one kind of thing, kgCO2e. */
export interface Making {
  readonly kilograms: number
  readonly low: number
  readonly high: number
  readonly label: string
}

const exactly = (value: number): Factor => ({ value, low: value, high: value, tier: 'assumed' })

const lifetimeHours = (years: number | undefined): number =>
  years === undefined ? EMBODIED.lifetimeHours.value : years * 8760

const lifetimeShare = (hours: number, years: number | undefined): Factor =>
  years === undefined
    ? {
        value: hours / EMBODIED.lifetimeHours.value,
        low: hours / LONG_LIFE_HOURS,
        high: hours / SHORT_LIFE_HOURS,
        tier: 'assumed',
      }
    : exactly(hours / lifetimeHours(years))

const lifetimeStep = (hours: number, years: number | undefined): string =>
  `× ${Number(hours.toPrecision(3))} h of ${lifetimeHours(years)} h (${years === undefined ? '4 years; 3 to 6' : `${years} years, as stated`})`

/** A share that is more than a number: how it came about, and how far it may be off. */
export interface Share {
  readonly factor: Factor
  readonly step?: string
}

export const shareOf = (value: number): Share => ({
  factor: exactly(value),
  ...(value !== 1 && { step: `× share ${Number(value.toPrecision(3))} of the machine` }),
})

/** The run's part in the making of one thing. Time counts against the calendar, used or not. */
export const embodiedPart = (
  name: string,
  { kilograms, low, high, label }: Making,
  hours: number,
  lifetimeYears: number | undefined,
  shares: readonly Share[],
): EmbodiedPart => ({
  name,
  carbon_g: multiplyQuantity(
    {
      value: kilograms * 1000,
      low: low * 1000,
      high: high * 1000,
      unit: 'gCO2e',
      tier: 'assumed',
      method: label,
    },
    [lifetimeShare(hours, lifetimeYears), ...shares.map(({ factor }) => factor)],
    'gCO2e',
    [label, lifetimeStep(hours, lifetimeYears), ...shares.flatMap(({ step }) => step ?? [])].join(' '),
  ),
  whole_kg: kilograms,
  lifetime_h: lifetimeHours(lifetimeYears),
  time_share: hours / lifetimeHours(lifetimeYears),
  resource_share: shares.reduce((product, { factor }) => product * factor.value, 1),
})
