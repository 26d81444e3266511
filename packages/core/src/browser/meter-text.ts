import type { Quantity } from '../quantity/quantity.js'
import type { WindowFigures } from '../tracker/tracker.js'

/** What the widget shows, as texts. */
export interface MeterText {
  readonly power: string
  readonly energy: string
  readonly energyInterval: string
  readonly carbon: string
  readonly carbonInterval: string
  readonly time: string
}

/** Models of a page carry no more. */
const DIGITS = 2

const PREFIXES: readonly (readonly [prefix: string, factor: number])[] = [
  ['k', 1e3],
  ['', 1],
  ['m', 1e-3],
  ['µ', 1e-6],
]

/** Two figures in plain notation, whatever the size. */
const plain = (value: number): string => {
  const rounded = Number(value.toPrecision(DIGITS))
  return rounded === 0
    ? '0'
    : rounded.toLocaleString('en', { maximumSignificantDigits: DIGITS, useGrouping: false })
}

const scaleOf = (value: number): readonly [prefix: string, factor: number] =>
  PREFIXES.find(([, factor]) => value >= factor) ?? ['µ', 1e-6]

const quantityText = (
  quantity: Quantity | undefined,
  toUnit: number,
  unit: string,
): readonly [value: string, interval: string] => {
  if (!quantity) return ['unknown', '']
  const [prefix, factor] = scaleOf(quantity.value * toUnit)
  const shown = (value: number): string => plain((value * toUnit) / factor)
  return [`${shown(quantity.value)} ${prefix}${unit}`, `${shown(quantity.low)} to ${shown(quantity.high)}`]
}

const timeText = (seconds: number): string => {
  const whole = Math.floor(seconds)
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const [hours, minutes, rest] = parts.map(part => String(part).padStart(2, '0'))
  return parts[0] === 0 ? `${minutes}:${rest}` : `${hours}:${minutes}:${rest}`
}

/** @param powerWatts Of late; undefined while it is unknown. */
export const meterText = (
  { energyKwh, carbonGrams, durationSeconds }: WindowFigures,
  powerWatts: number | undefined,
): MeterText => {
  const [energy, energyInterval] = quantityText(energyKwh, 1000, 'Wh')
  const [carbon, carbonInterval] = quantityText(carbonGrams, 1, 'g')
  return {
    power: powerWatts === undefined ? 'unknown' : `${plain(powerWatts)} W`,
    energy,
    energyInterval,
    carbon,
    carbonInterval,
    time: timeText(durationSeconds),
  }
}
