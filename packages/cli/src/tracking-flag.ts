import type { TrackingOptions } from '@epochwatt/core'
import type { OptionSpec } from './command.js'

/** A flag that stands for an option of a run. */
export interface TrackingFlag extends OptionSpec {
  readonly option: keyof TrackingOptions
  readonly isNumber?: true
}

export const textFlag = (
  option: keyof TrackingOptions,
  value: string,
  description: string,
): TrackingFlag => ({ type: 'string', option, value, description })

export const numberFlag = (
  option: keyof TrackingOptions,
  value: string,
  description: string,
): TrackingFlag => ({ ...textFlag(option, value, description), isNumber: true })

/** True where it is given. */
export const switchFlag = (option: keyof TrackingOptions, description: string): TrackingFlag => ({
  type: 'boolean',
  option,
  description,
})
