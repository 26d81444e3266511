import type { Quantity, Tier } from '@epochwatt/core'
import { carbonScale, energyScale, type Scale } from './scale.js'

/** A quantity as text: three numbers and their unit. */
export interface Figure {
  readonly value: string
  readonly low: string
  readonly high: string
  readonly unit: string
}

/** More digits than these would claim a precision that the tier does not have. */
const MOST_DIGITS: Record<Tier, number> = { measured: 4, modelled: 3, assumed: 2 }

const LEAST_DIGITS = 2

/** Exponent of the leading digit: 2 for 123, -1 for 0.5. */
const magnitude = (value: number): number => Math.floor(Math.log10(Math.abs(value)))

/**
 * Decimal place of the last digit worth showing, as a power of ten.
 *
 * The habit of metrology (JCGM 100:2008, 7.2.6): the value ends where its uncertainty begins. The uncertainty
 * keeps one digit, or two when it starts with 1 or 2, since rounding 1.4 to 1 would lose a third of it.
 */
const lastPlace = (value: number, low: number, high: number, tier: Tier): number => {
  const leading = magnitude(value === 0 ? Math.max(Math.abs(low), Math.abs(high)) : value)
  const half = Math.max(high - value, value - low)
  const uncertain = half > 0 ? magnitude(half) - (half / 10 ** magnitude(half) < 3 ? 1 : 0) : -Infinity
  const digits = Math.min(MOST_DIGITS[tier], Math.max(LEAST_DIGITS, leading - uncertain + 1))
  return leading - digits + 1
}

/**
 * Rounds to a decimal place, or to a finer one where fewer than two digits would be left: a lower bound of 1.4 is
 * not 1, and one of 0.04 is not 0.
 */
const atPlace = (value: number, place: number): string => {
  if (value === 0) return '0'
  const finest = Math.min(place, magnitude(value) - LEAST_DIGITS + 1)
  return (Math.round(value / 10 ** finest) * 10 ** finest).toFixed(Math.max(0, -finest))
}

/** Value and bounds in one unit, with as many digits as the interval supports. */
export const formatQuantity = (quantity: Quantity, scale: Scale): Figure => {
  const value = quantity.value * scale.factor
  const low = quantity.low * scale.factor
  const high = quantity.high * scale.factor
  if (value === 0 && low === 0 && high === 0) return { value: '0', low: '0', high: '0', unit: scale.unit }
  const place = lastPlace(value, low, high, quantity.tier)
  return {
    value: atPlace(value, place),
    low: atPlace(low, place),
    high: atPlace(high, place),
    unit: scale.unit,
  }
}

/**
 * An energy whose numbers are kWh, in the unit that suits it or in the one given.
 *
 * @example
 * const { total_kwh } = openStore().read('latest').energy
 * if (total_kwh) figureText(formatEnergy(total_kwh)) // '234 mWh'
 */
export const formatEnergy = (
  quantity: Quantity,
  scale: Scale = energyScale(quantity.value || quantity.high),
): Figure => formatQuantity(quantity, scale)

/**
 * A mass of CO₂ equivalent whose numbers are grams, in the unit that suits it or in the one given.
 *
 * @example
 * const { total_g } = openStore().read('latest').carbon
 * if (total_g) intervalText(formatCarbon(total_g)) // '6.6 – 18'
 */
export const formatCarbon = (
  quantity: Quantity,
  scale: Scale = carbonScale(quantity.value || quantity.high),
): Figure => formatQuantity(quantity, scale)

/**
 * `12.3 Wh`
 *
 * @example
 * ```ts
 * const { energy } = openStore().read('latest')
 * if (energy.total_kwh) figureText(formatEnergy(energy.total_kwh)) // '12.3 Wh'
 * ```
 */
export const figureText = (figure: Figure): string => `${figure.value} ${figure.unit}`

/**
 * `11.7 – 12.9`, or undefined where the interval has no width to speak of.
 *
 * @example
 * ```ts
 * const { energy } = openStore().read('latest')
 * if (energy.total_kwh) intervalText(formatEnergy(energy.total_kwh)) // '11.7 – 12.9'
 * ```
 */
export const intervalText = (figure: Figure): string | undefined =>
  figure.low === figure.high ? undefined : `${figure.low} – ${figure.high}`
