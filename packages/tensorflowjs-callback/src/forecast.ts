import type { Quantity, WindowFigures } from '@epochwatt/core'

/** What the whole training will have taken, if it runs all its epochs as it has so far. */
export interface Forecast {
  readonly energyKwh?: Quantity
  readonly carbonGrams?: Quantity
  readonly seconds: { readonly value: number; readonly low: number; readonly high: number }
}

/** Fewer epochs say nothing about the spread: the first one warms up, and two are needed besides. */
export const FORECAST_AFTER = 3

/** Student's t, two-sided 90 %, by degrees of freedom from 1. */
const T90 = [6.314, 2.92, 2.353, 2.132, 2.015, 1.943, 1.895, 1.86, 1.833, 1.812]

/** Beyond the table 1.645 + 1.6 / df is within 0.4 % of the exact value. */
const student90 = (degrees: number): number => T90[degrees - 1] ?? 1.645 + 1.6 / degrees

/**
 * Mean of the epochs that are to come, times their number, with a 90 % prediction interval:
 * t × s × √(m + m² / n), since both the m future epochs and the mean of the n past ones scatter.
 */
const remaining = (
  past: readonly number[],
  count: number,
): { readonly value: number; readonly half: number } => {
  const mean = past.reduce((sum, each) => sum + each, 0) / past.length
  const variance = past.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (past.length - 1)
  const spread = Math.sqrt(variance * (count + count ** 2 / past.length))
  return { value: mean * count, half: student90(past.length - 1) * spread }
}

const predictQuantity = (
  spent: Quantity,
  past: readonly (number | undefined)[],
  count: number,
): Quantity | undefined => {
  const known = past.filter(each => each !== undefined)
  if (known.length < past.length || spent.value <= 0) return undefined
  const { value, half } = remaining(known, count)
  const total = spent.value + value
  // The error of the instrument or model is the same for what was and what will be: it scales both.
  const low = Math.max(spent.low, (total - half) * (spent.low / spent.value))
  const high = (total + half) * (spent.high / spent.value)
  return {
    ...spent,
    value: total,
    low,
    high,
    method: `${spent.method}; predicted from ${known.length} epochs`,
  }
}

/**
 * Predicts the whole run from the epochs so far, the first left out: compilation and warm-up are in it.
 *
 * @param total The run up to now, time outside epochs included.
 * @param planned How many epochs there will be in all.
 * @returns undefined when there is too little to go by, or nothing left to predict.
 */
export const forecast = (
  epochs: readonly WindowFigures[],
  total: WindowFigures,
  planned: number,
): Forecast | undefined => {
  const count = planned - epochs.length
  if (epochs.length < FORECAST_AFTER || !(count > 0)) return undefined
  const past = epochs.slice(1)
  const time = remaining(
    past.map(({ durationSeconds }) => durationSeconds),
    count,
  )
  const seconds = total.durationSeconds + time.value
  const energyKwh =
    total.energyKwh &&
    predictQuantity(
      total.energyKwh,
      past.map(epoch => epoch.energyKwh?.value),
      count,
    )
  const carbonGrams =
    total.carbonGrams &&
    predictQuantity(
      total.carbonGrams,
      past.map(epoch => epoch.carbonGrams?.value),
      count,
    )
  return {
    ...(energyKwh && { energyKwh }),
    ...(carbonGrams && { carbonGrams }),
    seconds: {
      value: seconds,
      low: Math.max(total.durationSeconds, seconds - time.half),
      high: seconds + time.half,
    },
  }
}
