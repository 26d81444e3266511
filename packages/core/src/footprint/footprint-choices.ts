import type { StatedIntensities } from '../grid/other-intensities.js'
import type { TrackingOptions } from '../options/definitions.js'
import { parseTariff, type Tariff } from './tariff.js'
import type { WaterFactors } from './water.js'

/** What the user states of a run's footprint beyond place and building. What is absent is not counted. */
export interface FootprintChoices extends StatedIntensities, WaterFactors {
  /** Output over input of the power supply, 0.5 to 1. */
  readonly psuEfficiency?: number
  /** Energy of board, fans, drives and network card over that of the measured parts. */
  readonly boardShare?: number
  /** Energy of preparing the run over that of the run. */
  readonly preparationFactor?: number
  readonly tariff?: Tariff
  readonly offsetKg?: number
  /** Making of the machine without accelerators, kgCO2e. */
  readonly machineKg?: number
  readonly lifetimeYears?: number
  /** Solid-state storage of the machine. */
  readonly storageGb?: number
  /** The making of a server by its parts instead of as a whole. */
  readonly embodiedByParts?: boolean
}

const NAMES = [
  'psuEfficiency',
  'boardShare',
  'preparationFactor',
  'wue',
  'waterIntensity',
  'marketIntensity',
  'marginalIntensity',
  'offsetKg',
  'machineKg',
  'lifetimeYears',
  'storageGb',
] as const satisfies readonly (keyof FootprintChoices)[]

/** The part of a run's options that its footprint is computed with; undefined where nothing was said. */
export const footprintChoices = (values: Readonly<TrackingOptions>): FootprintChoices | undefined => {
  const { tariff, embodied } = values
  const stated = Object.fromEntries(
    NAMES.filter(name => values[name] !== undefined).map(name => [name, values[name]]),
  )
  const read = typeof tariff === 'string' ? parseTariff(tariff) : tariff
  const choices: FootprintChoices = {
    ...stated,
    ...(read && {
      tariff: {
        ...read,
        // A price at night means the night of the machine, wherever the record is read.
        ...(read.periods && { timeZone: read.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone }),
      },
    }),
    ...(embodied === 'parts' && { embodiedByParts: true }),
  }
  return Object.keys(choices).length > 0 ? choices : undefined
}
