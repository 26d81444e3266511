/** A display unit: a stored value times `factor` is the value in `unit`. */
export interface Scale {
  readonly unit: string
  readonly factor: number
}

const ENERGY_FROM_KWH: readonly Scale[] = [
  { unit: 'GWh', factor: 1e-6 },
  { unit: 'MWh', factor: 1e-3 },
  { unit: 'kWh', factor: 1 },
  { unit: 'Wh', factor: 1e3 },
  { unit: 'mWh', factor: 1e6 },
  { unit: 'µWh', factor: 1e9 },
]

const CARBON_FROM_GRAMS: readonly Scale[] = [
  { unit: 'tCO₂e', factor: 1e-6 },
  { unit: 'kgCO₂e', factor: 1e-3 },
  { unit: 'gCO₂e', factor: 1 },
  { unit: 'mgCO₂e', factor: 1e3 },
  { unit: 'µgCO₂e', factor: 1e6 },
]

const POWER_FROM_WATTS: readonly Scale[] = [
  { unit: 'MW', factor: 1e-6 },
  { unit: 'kW', factor: 1e-3 },
  { unit: 'W', factor: 1 },
  { unit: 'mW', factor: 1e3 },
]

/**
 * The largest unit in which the largest value is at least 1; unknown ones do not count. Three significant digits decide, so that 999.96 Wh is
 * 1.00 kWh and not 1000 Wh.
 */
const pick = (scales: readonly Scale[], values: readonly (number | undefined)[]): Scale => {
  const largest = values.reduce<number>(
    (max, value) => (Number.isFinite(value) ? Math.max(max, Math.abs(value!)) : max),
    0,
  )
  const smallestUnit = scales[scales.length - 1]!
  if (largest === 0) return scales.find(scale => scale.factor === 1) ?? smallestUnit
  const rounded = Number(largest.toPrecision(3))
  return scales.find(scale => rounded * scale.factor >= 0.9995) ?? smallestUnit
}

/**
 * Unit for one energy, or one common unit for a column of them. Arguments in kWh.
 *
 * @example
 * energyScale(0.0123, 0.4) // { unit: 'Wh', factor: 1000 }
 */
export const energyScale = (...kwh: readonly (number | undefined)[]): Scale => pick(ENERGY_FROM_KWH, kwh)

/**
 * Unit for one mass of CO₂ equivalent, or one common unit for a column. Arguments in grams.
 *
 * @example
 * carbonScale(1530) // { unit: 'kgCO₂e', factor: 0.001 }
 */
export const carbonScale = (...grams: readonly (number | undefined)[]): Scale =>
  pick(CARBON_FROM_GRAMS, grams)

/** Unit for one power, or one common unit for a column. Arguments in watts. */
export const powerScale = (...watts: readonly (number | undefined)[]): Scale => pick(POWER_FROM_WATTS, watts)
