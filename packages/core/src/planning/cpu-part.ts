import { type CpuPower, findCpuPower, listedCpus } from '../data/cpu-power.js'
import { POWER_CONSTANTS } from '../data/power-constants.gen.js'
import { OptionError } from '../errors.js'
import { closeMatches, didYouMean } from '../grid/close-matches.js'
import type { Quantity } from '../quantity/quantity.js'
import type { Assumption } from './assumption.js'
import type { EstimateOptions } from './estimate-options.js'
import { designWatts, givenWatts, type PartPower, powerOf, unknownWatts, usageFactor } from './part-power.js'

/** Idle over full power of servers of 2025, median of SPECpower_ssj2008 results. */
const IDLE_SHARE = 0.25

/** Cores of 4 to 36 W are what the table holds between laptops and workstations. */
const UNKNOWN_CORE_FACTOR = 3

/** The CPUs of an estimate as they were named, and what the tables know of them. */
export interface CpuPart extends PartPower {
  readonly row?: CpuPower
  readonly cpus: number
  /** Used cores of all CPUs together, where they are known. */
  readonly cores?: number
  /** Used part of each CPU. */
  readonly share: number
}

const findCpu = (name: string): CpuPower => {
  const row = findCpuPower(name)
  if (row) return row
  const near = closeMatches(
    name,
    listedCpus().map(({ model }) => model),
  )
  throw new OptionError(
    'cpu',
    name,
    `the model of a CPU as the table or the operating system writes it${didYouMean(near)}; for one that is not listed give cores and cpuWattsPerCore`,
  )
}

export const usageAssumption = (usage: number | undefined): readonly Assumption[] =>
  usage === undefined
    ? [{ option: 'cpuUsage', value: 1, source: 'full use unless stated, as in Green Algorithms' }]
    : []

const wattsPerCore = (
  options: EstimateOptions,
  row: CpuPower | undefined,
): { readonly watts: Quantity; readonly assumptions: readonly Assumption[] } => {
  if (options.cpuWattsPerCore !== undefined)
    return { watts: givenWatts(options.cpuWattsPerCore, 'per core'), assumptions: [] }
  if (row?.cores !== undefined) {
    const value = row.tdpWatts / row.cores
    const source = `${row.model}: design power ${row.tdpWatts} W / ${row.cores} cores (${row.source})`
    return {
      watts: designWatts(value, `${Number(value.toPrecision(4))} W per core, ${source}`),
      assumptions: [{ option: 'cpuWattsPerCore', value, unit: 'W/core', source }],
    }
  }
  const { value, source } = POWER_CONSTANTS.unknownCoreWatts
  return {
    watts: unknownWatts(value, UNKNOWN_CORE_FACTOR, `${value} W per core, CPU unknown (${source})`),
    assumptions: [
      { option: 'cpuWattsPerCore', value, unit: 'W/core', source: `${source}, for a CPU that is not named` },
    ],
  }
}

/** Used cores of each CPU: as given, else all that the table knows of. */
const coresOf = (
  { cores, cpu, cpus, cpuWattsPerCore }: EstimateOptions,
  row: CpuPower | undefined,
): number | undefined => {
  if (row && cores !== undefined) {
    if (row.cores !== undefined && cores > row.cores)
      throw new OptionError(
        'cores',
        cores,
        `at most the ${row.cores} cores of one ${row.model}; "cpus" says how many CPUs there are`,
      )
    if (row.cores === undefined && cpuWattsPerCore === undefined)
      throw new OptionError(
        'cores',
        cores,
        `nothing (all cores), or cpuWattsPerCore beside it: the table does not say how many cores ${row.model} has`,
      )
  }
  const used = cores ?? row?.cores
  if (used === undefined && cpuWattsPerCore !== undefined)
    throw new OptionError(
      'cpuWattsPerCore',
      cpuWattsPerCore,
      'a value beside "cores", which says how many of them there are',
    )
  if (used === undefined && cpu === undefined && cpus !== undefined)
    throw new OptionError('cpus', cpus, 'a value beside "cpu" or "cores"')
  return used
}

/** Cores × watts per core × usage, or whole CPUs × design power × usage where the number of cores is not known. */
export const cpuPart = (options: EstimateOptions): CpuPart => {
  const row = options.cpu === undefined ? undefined : findCpu(options.cpu)
  const cpus = options.cpus ?? 1
  const each = coresOf(options, row)
  if (!row && each === undefined)
    return { cpus: 0, share: 0, reason: 'no CPU was named: give cpu, or cores', assumptions: [] }
  const usage = usageFactor(options.cpuUsage, IDLE_SHARE)
  const common: readonly Assumption[] = [
    ...(options.cpus === undefined ? [{ option: 'cpus', value: 1, source: 'one unless stated' }] : []),
    ...usageAssumption(options.cpuUsage),
  ]
  if (each === undefined) {
    const source = `${row!.model}: design power (${row!.source})`
    return {
      row: row!,
      cpus,
      share: 1,
      power: powerOf(designWatts(row!.tdpWatts, `${row!.tdpWatts} W, ${source}`), cpus, usage, 'CPU'),
      assumptions: [...common, { option: 'cpuWattsPerCore', value: row!.tdpWatts, unit: 'W/CPU', source }],
    }
  }
  const { watts, assumptions } = wattsPerCore(options, row)
  const takesAll = options.cores === undefined
  return {
    ...(row && { row }),
    cpus,
    cores: each * cpus,
    share: row?.cores === undefined ? 1 : each / row.cores,
    power: powerOf(watts, each * cpus, usage, 'cores'),
    assumptions: [
      ...common,
      ...(takesAll ? [{ option: 'cores', value: each, source: `all cores of ${row!.model}` }] : []),
      ...assumptions,
    ],
  }
}
