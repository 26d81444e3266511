import { POWER_CONSTANTS } from '../data/power-constants.gen.js'
import { OptionError } from '../errors.js'
import type { EstimateOptions } from './estimate-options.js'
import { givenWatts, type PartPower, powerOf, unknownWatts } from './part-power.js'

/** Modules differ that much in watts per gigabyte, by size and load. */
const FACTOR = 3

/** Gigabytes × watts per gigabyte: memory that is reserved draws power whether it is used or not. */
export const memoryPart = ({ memoryGb, memoryWattsPerGb }: EstimateOptions): PartPower => {
  if (memoryGb === undefined) {
    if (memoryWattsPerGb !== undefined)
      throw new OptionError(
        'memoryWattsPerGb',
        memoryWattsPerGb,
        'a value beside "memoryGb", which says how many gigabytes there are',
      )
    return { reason: 'no memory was named: give memoryGb', assumptions: [] }
  }
  const always = { value: 1, low: 1, high: 1, tier: 'modelled' } as const
  if (memoryWattsPerGb !== undefined)
    return { power: powerOf(givenWatts(memoryWattsPerGb, 'per GB'), memoryGb, always, 'GB'), assumptions: [] }
  const { value, source } = POWER_CONSTANTS.memoryWattsPerGb
  return {
    power: powerOf(unknownWatts(value, FACTOR, `${value} W per GB (${source})`), memoryGb, always, 'GB'),
    assumptions: [{ option: 'memoryWattsPerGb', value, unit: 'W/GB', source }],
  }
}
