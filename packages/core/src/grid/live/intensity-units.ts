/** Grams per kWh in one of each unit. A pound is 0.45359237 kg by definition. */
const GRAMS_PER_KWH = {
  'g/kWh': 1,
  'kg/kWh': 1000,
  'kg/MWh': 1,
  't/MWh': 1000,
  'lb/MWh': 0.45359237,
} as const

/** Units in which publishers give intensities. */
export type IntensityUnit = keyof typeof GRAMS_PER_KWH

export const INTENSITY_UNITS = Object.keys(GRAMS_PER_KWH) as readonly IntensityUnit[]

export const gramsPerKwhFrom = (value: number, unit: IntensityUnit): number => value * GRAMS_PER_KWH[unit]
