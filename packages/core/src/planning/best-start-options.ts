import { EpochwattError, OptionError } from '../errors.js'
import type { RunRecord } from '../record/record.js'
import type { IntensityCourse } from './intensity-course.js'

/** Work that is planned, and the forecast it is planned in. */
export interface BestStartOptions {
  /** The forecast, from `readForecast`, or a course of your own. */
  course: IntensityCourse
  /** How long the work takes. Default: as long as `record` took. */
  hours?: number
  /** A run like the one that is planned: its energy, PUE and course of power. */
  record?: RunRecord
  /** Default: now. */
  now?: Date
  /** No start before it. Default `now`. */
  earliest?: Date
  /** The work must be done by then. Default: the end of the forecast. */
  deadline?: Date
  /** Starts are multiples of it. Default: the step of the forecast. */
  stepMinutes?: number
  /** The work can be stopped and taken up again: finds the best stretches instead of one. */
  interruptible?: boolean
}

const NAMES: readonly string[] = [
  'course',
  'hours',
  'record',
  'now',
  'earliest',
  'deadline',
  'stepMinutes',
  'interruptible',
] satisfies (keyof BestStartOptions)[]

/**
 * Finds out whether options can be planned with, before a forecast is asked for.
 *
 * @throws OptionError, or EpochwattError `OPTION_UNKNOWN`, `OPTION_MISSING`.
 *
 * @example
 * ```ts
 * checkBestStartOptions({ hours: 3, deadline: new Date(Date.now() + 24 * 3_600_000) })
 * ```
 */
export const checkBestStartOptions = (options: Omit<BestStartOptions, 'course'>): void => {
  for (const name of Object.keys(options)) {
    if (!NAMES.includes(name))
      throw new EpochwattError('OPTION_UNKNOWN', `Unknown option "${name}". Accepted: ${NAMES.join(', ')}.`)
  }
  const { hours, record, stepMinutes } = options
  if (hours === undefined && !record)
    throw new EpochwattError(
      'OPTION_MISSING',
      'Nothing says how long the work takes: give hours, or a record of a run like it.',
    )
  if (hours !== undefined && !(hours > 0 && hours <= 1000))
    throw new OptionError('hours', hours, 'a number of hours above 0, up to 1000')
  if (stepMinutes !== undefined && !(stepMinutes >= 1 && stepMinutes <= 1440))
    throw new OptionError('stepMinutes', stepMinutes, 'a number of minutes from 1 to 1440')
  for (const name of ['now', 'earliest', 'deadline'] as const) {
    const value = options[name]
    if (value !== undefined && Number.isNaN(value.getTime()))
      throw new OptionError(name, String(value), 'a point in time, e.g. 2026-01-05T02:00Z')
  }
}
