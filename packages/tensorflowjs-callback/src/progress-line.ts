import type { Quantity, Tier, WindowFigures } from '@epochwatt/core'
import type { Forecast } from './forecast.js'

/** What is known when an epoch has ended. */
export interface EpochProgress {
  /** As TensorFlow.js numbers it, from 0. */
  readonly epoch: number
  /** How many are planned, where that is known. */
  readonly epochs?: number
  readonly metrics: Readonly<Record<string, number>>
  readonly figures: WindowFigures
  /** The run so far. */
  readonly total: WindowFigures
  readonly forecast?: Forecast
}

const PREFIXES: readonly (readonly [prefix: string, factor: number])[] = [
  ['M', 1e6],
  ['k', 1e3],
  ['', 1],
  ['m', 1e-3],
  ['µ', 1e-6],
]

/** As many digits as the way a figure came to be can carry. */
const DIGITS: Record<Tier, number> = { measured: 3, modelled: 3, assumed: 2 }

/** The marks of the reports: how much of a figure an instrument saw. */
const MARK: Record<Tier, string> = { measured: '●', modelled: '◐', assumed: '○' }

/** Fixed notation with so many significant digits: 0.0123, 12.3, 1230. */
const significant = (value: number, digits: number): string => {
  if (value === 0) return '0'
  const place = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(place, 20))
}

const withPrefix = (value: number, unit: string, digits: number): string => {
  const size = Number(Math.abs(value).toPrecision(digits))
  const [prefix, factor] = PREFIXES.find(each => size >= each[1]) ?? (size === 0 ? ['', 1] : ['µ', 1e-6])
  return `${significant(Number((value / factor).toPrecision(digits)), digits)} ${prefix}${unit}`
}

const energyText = (kwh: Quantity | undefined): string =>
  kwh ? withPrefix(kwh.value * 1000, 'Wh', DIGITS[kwh.tier]) : 'energy unknown'

const carbonText = (grams: Quantity | undefined): string =>
  grams ? withPrefix(grams.value, 'gCO₂e', DIGITS[grams.tier]) : 'carbon unknown'

const durationText = (seconds: number): string => {
  if (seconds < 99.5) return `${significant(Number(seconds.toPrecision(3)), 3)} s`
  if (seconds < 5970) return `${Math.round(seconds / 60)} min`
  return `${significant(seconds / 3600, 3)} h`
}

/** More would not fit a line; all of them are in the record. */
const MOST_METRICS = 4

/** Loss first: validation comes before it in the logs of TensorFlow.js. */
const metricsText = (metrics: Readonly<Record<string, number>>): string[] =>
  Object.entries(metrics)
    .sort(([a], [b]) => Number(a.startsWith('val_')) - Number(b.startsWith('val_')))
    .slice(0, MOST_METRICS)
    .map(
      ([name, value]) => `${name} ${Number.isFinite(value) ? String(Number(value.toPrecision(4))) : value}`,
    )

const forecastText = ({ energyKwh, carbonGrams, seconds }: Forecast): string =>
  `${energyText(energyKwh)}, ${carbonText(carbonGrams)}, ${durationText(seconds.value)}`

/**
 * One line for an epoch: where training stands, what the epoch took, what the run has taken, what it will take.
 *
 * `epoch 3/10  loss 0.2134 │ ◐ 12.4 mWh  14.2 W  5.90 mgCO₂e │ so far 38.1 mWh, 18.1 mgCO₂e │ in all ~124 mWh, …`
 */
export const progressLine = ({ epoch, epochs, metrics, figures, total, forecast }: EpochProgress): string => {
  const { energyKwh, carbonGrams, meanPowerWatts } = figures
  const ordinal = String(epoch + 1).padStart(String(epochs ?? 0).length)
  const mark = energyKwh ? `${MARK[energyKwh.tier]} ` : ''
  const parts = [
    [`epoch ${ordinal}${epochs === undefined ? '' : `/${epochs}`}`, ...metricsText(metrics)],
    [
      `${mark}${energyText(energyKwh)}`,
      ...(meanPowerWatts === undefined ? [] : [withPrefix(meanPowerWatts, 'W', 3)]),
      carbonText(carbonGrams),
    ],
    [`so far ${energyText(total.energyKwh)}, ${carbonText(total.carbonGrams)}`],
    ...(forecast ? [[`in all ~${forecastText(forecast)}`]] : []),
  ]
  return parts.map(part => part.join('  ')).join(' │ ')
}
