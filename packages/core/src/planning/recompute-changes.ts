import { EpochwattError } from '../errors.js'
import type { IntensityCourse } from './intensity-course.js'

/** What is to be taken instead of what the run was recorded with. At least one. */
export interface RecomputeChanges {
  /** Country: ISO 3166-1 code or English name. */
  country?: string
  /** Region inside the country, e.g. `US-CA`. */
  region?: string
  /** Cloud provider and region, e.g. `aws:eu-north-1`: its grid and its PUE. */
  cloud?: string
  /** gCO2e/kWh. */
  gridIntensity?: number
  /** Power usage effectiveness. */
  pue?: number
  /** Intensity over time, from `readPast` or `readForecast`: the energy of each moment has that of its own time. */
  course?: IntensityCourse
  /** With `course`: as if the run had begun then. Default: when it did. */
  start?: Date
}

const NAMES: readonly (keyof RecomputeChanges)[] = [
  'country',
  'region',
  'cloud',
  'gridIntensity',
  'pue',
  'course',
  'start',
]

/** @throws EpochwattError `OPTION_UNKNOWN` or `OPTION_MISSING`. */
export const checkChanges = (changes: RecomputeChanges): void => {
  for (const name of Object.keys(changes)) {
    if (!NAMES.includes(name as keyof RecomputeChanges))
      throw new EpochwattError('OPTION_UNKNOWN', `Unknown option "${name}". Accepted: ${NAMES.join(', ')}.`)
  }
  if (NAMES.every(name => changes[name] === undefined))
    throw new EpochwattError(
      'OPTION_MISSING',
      `Nothing was named to recompute with: give one of ${NAMES.join(', ')}.`,
    )
}
