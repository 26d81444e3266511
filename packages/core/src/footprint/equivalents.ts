import { EQUIVALENTS } from '../data/equivalents.gen.js'

/** An amount of carbon in terms of something that people have a feeling for. */
export interface Equivalent {
  readonly id: string
  readonly value: number
  readonly unit: string
  readonly description: string
  readonly source: string
  readonly year: number
}

const PUBLISHERS: Readonly<Record<string, string>> = {
  'desnz-2025': 'UK DESNZ, greenhouse gas conversion factors 2025',
  'epa-equivalencies': 'US EPA, Greenhouse Gas Equivalencies Calculator',
  'iea via green-algorithms': 'IEA, by way of Green Algorithms',
  'green-algorithms': 'Green Algorithms',
}

const CHOSEN: readonly {
  readonly key: keyof typeof EQUIVALENTS
  readonly id: string
  readonly unit: string
  readonly description: string
}[] = [
  { key: 'carKm', id: 'car-km', unit: 'km', description: 'driven in an average British car' },
  { key: 'railKm', id: 'rail-km', unit: 'km', description: 'travelled by one passenger on British trains' },
  {
    key: 'smartphoneCharge',
    id: 'smartphone-charges',
    unit: 'charges',
    description: 'of a smartphone on the average US grid',
  },
  { key: 'streamingHour', id: 'streaming-hours', unit: 'h', description: 'of video streaming' },
  {
    key: 'treeMonth',
    id: 'tree-months',
    unit: 'tree-months',
    description: 'that a mature tree takes to store as much',
  },
]

/**
 * What an amount of carbon is like. Each equivalent has its source and year; they are pictures, not measurements.
 *
 * @param grams gCO2e. A number that is not finite or is negative has no equivalents.
 *
 * @example
 * ```ts
 * equivalents(167.25)[0] // { id: 'car-km', value: 1, unit: 'km', … }
 * ```
 */
export const equivalents = (grams: number): readonly Equivalent[] => {
  if (!Number.isFinite(grams) || grams < 0) return []
  return CHOSEN.map(({ key, id, unit, description }) => {
    const { kilograms, source, year } = EQUIVALENTS[key]
    return {
      id,
      value: grams / 1000 / kilograms,
      unit,
      description,
      source: PUBLISHERS[source] ?? source,
      year,
    }
  })
}
