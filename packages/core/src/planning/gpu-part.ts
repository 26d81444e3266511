import {
  type AcceleratorRow,
  acceleratorRows,
  findAccelerator,
  normaliseAccelerator,
} from '../data/accelerators.js'
import type { CloudInstanceRow } from '../data/cloud-instances.js'
import { POWER_CONSTANTS } from '../data/power-constants.gen.js'
import { OptionError } from '../errors.js'
import { closeMatches, didYouMean } from '../grid/close-matches.js'
import type { Quantity } from '../quantity/quantity.js'
import type { Assumption } from './assumption.js'
import type { EstimateOptions } from './estimate-options.js'
import { designWatts, givenWatts, type PartPower, powerOf, unknownWatts, usageFactor } from './part-power.js'

/** Idle over design power of boards in data centres: 0.115 by Cloud Carbon Footprint's list, 0.15 by others. */
const IDLE_SHARE = 0.15

/** 70 to 700 W is what the table holds from a T4 to an H100. */
const UNKNOWN_GPU_FACTOR = 3.3

/** The accelerators of an estimate, and what the tables know of them. */
export interface GpuPart extends PartPower {
  readonly row?: AcceleratorRow
  readonly boards: number
}

/** `A100` is the beginning of several boards; anything else is taken for a slip of the keyboard. */
const acceleratorsLike = (name: string): readonly string[] => {
  const wanted = normaliseAccelerator(name)
  const containing = acceleratorRows().filter(row => normaliseAccelerator(row.name).includes(wanted))
  if (wanted !== '' && containing.length > 0) return containing.slice(0, 4).map(row => row.name)
  return closeMatches(
    name,
    acceleratorRows().flatMap(row => [row.name, ...row.aliases]),
  )
}

const readAccelerator = (name: string): AcceleratorRow => {
  const row = findAccelerator(name)
  if (row) return row
  throw new OptionError(
    'gpu',
    name,
    `the full name of an accelerator${didYouMean(acceleratorsLike(name))}; for one that is not listed give gpuWatts`,
  )
}

interface Boards {
  readonly row?: AcceleratorRow
  readonly boards: number
  readonly assumptions: readonly Assumption[]
}

const boardsOf = ({ gpu, gpus }: EstimateOptions, instance: CloudInstanceRow | undefined): Boards => {
  if (instance) {
    for (const [name, value] of Object.entries({ gpu, gpus }))
      if (value !== undefined)
        throw new OptionError(
          name,
          value,
          `nothing beside "instance": ${instance.type} has ${instance.gpus} × ${instance.accelerator}`,
        )
    const { accelerator, boards, gpus: seen, type, source } = instance
    const halves = boards === seen ? '' : `, which are ${boards} boards`
    return {
      row: readAccelerator(accelerator),
      boards,
      assumptions: [
        { option: 'gpus', value: seen, source: `${type}: ${seen} × ${accelerator}${halves} (${source})` },
      ],
    }
  }
  return {
    ...(gpu !== undefined && { row: readAccelerator(gpu) }),
    boards: gpus ?? 1,
    assumptions: gpus === undefined ? [{ option: 'gpus', value: 1, source: 'one unless stated' }] : [],
  }
}

const wattsOfOne = (
  { gpuWatts }: EstimateOptions,
  row: AcceleratorRow | undefined,
): { readonly watts: Quantity; readonly assumptions: readonly Assumption[] } => {
  if (gpuWatts !== undefined) return { watts: givenWatts(gpuWatts, 'each'), assumptions: [] }
  if (row) {
    const source = `${row.name}: ${row.wattsBasis} (${row.source})`
    return {
      watts: designWatts(row.watts, `${row.watts} W each, ${source}`),
      assumptions: [{ option: 'gpuWatts', value: row.watts, unit: 'W', source }],
    }
  }
  const { value, source } = POWER_CONSTANTS.unknownGpuWatts
  return {
    watts: unknownWatts(value, UNKNOWN_GPU_FACTOR, `${value} W each, model unknown (${source})`),
    assumptions: [{ option: 'gpuWatts', value, unit: 'W', source: `${source}, for a GPU that is not named` }],
  }
}

/** Accelerators × watts × usage. */
export const gpuPart = (options: EstimateOptions, instance: CloudInstanceRow | undefined): GpuPart => {
  const { gpu, gpus, gpuWatts, gpuUsage } = options
  if ([gpu, gpus, gpuWatts, instance].every(value => value === undefined))
    return { boards: 0, reason: 'no accelerator was named: give gpu, gpuWatts or instance', assumptions: [] }
  const { row, boards, assumptions } = boardsOf(options, instance)
  const one = wattsOfOne(options, row)
  return {
    ...(row && { row }),
    boards,
    power: powerOf(one.watts, boards, usageFactor(gpuUsage, IDLE_SHARE), 'accelerators'),
    assumptions: [
      ...assumptions,
      ...one.assumptions,
      ...(gpuUsage === undefined
        ? [{ option: 'gpuUsage', value: 1, source: 'full use unless stated, as in Green Algorithms' }]
        : []),
    ],
  }
}
