import { EpochwattError, OptionError } from '../errors.js'
import { didYouMean } from '../grid/close-matches.js'
import { closest } from '../options/closest.js'

/** What is to be run, on what, where. Only `hours` and one piece of hardware are needed. */
export interface EstimateOptions {
  /** Run time of one run. */
  hours: number
  /** CPU model, e.g. `AMD EPYC 7763`. */
  cpu?: string
  /** How many such CPUs. Default 1. */
  cpus?: number
  /** Cores that are used of each CPU. Default: all of them. */
  cores?: number
  /** Watts of one core at full use. Default: the CPU's design power over its cores. */
  cpuWattsPerCore?: number
  /** Mean use of these cores, 0 to 1. Default 1. */
  cpuUsage?: number
  /** Accelerator model, e.g. `A100 SXM4 80GB` or the name that its driver reports. */
  gpu?: string
  /** How many of them. Default 1 where a model or watts are given. */
  gpus?: number
  /** Watts of one accelerator at full use. Default: its design power. */
  gpuWatts?: number
  /** Mean use of the accelerators, 0 to 1. Default 1. */
  gpuUsage?: number
  /** Memory that is reserved for the run, used or not. */
  memoryGb?: number
  /** Default 0.3725. */
  memoryWattsPerGb?: number
  /** Power usage effectiveness of the building. */
  pue?: number
  /** How many times all of it is run: trials, seeds, restarts (Green Algorithms' pragmatic scaling factor). Default 1. */
  repeats?: number
  /** Country: ISO 3166-1 code or English name. */
  country?: string
  /** Region inside the country, e.g. `US-CA`. */
  region?: string
  /** Cloud provider and region, e.g. `aws:eu-north-1`. */
  cloud?: string
  /**
   * Cloud instance type: `p4d.24xlarge` for its accelerators, or one without, such as `m5.large`, `n2-standard-4` or
   * `Standard_D4s_v5`, for its vCPUs. It says the provider, too.
   */
  instance?: string
  /** Carbon intensity of the electricity, gCO2e/kWh. */
  gridIntensity?: number
}

interface Range {
  readonly low: number
  readonly high: number
  readonly what: string
  /** 0 is no answer: nothing of it is said by leaving the option out. */
  readonly aboveZero?: true
}

const RANGES: Readonly<Partial<Record<keyof EstimateOptions, Range>>> = {
  hours: { low: 0, high: 1e7, what: 'a number of hours above 0, up to 10000000', aboveZero: true },
  cpus: { low: 0, high: 1e6, what: 'a number of CPUs above 0', aboveZero: true },
  cores: { low: 0, high: 1e7, what: 'a number of cores above 0', aboveZero: true },
  cpuWattsPerCore: { low: 0, high: 500, what: 'watts of one core, above 0 up to 500', aboveZero: true },
  cpuUsage: { low: 0, high: 1, what: 'a share from 0 to 1' },
  gpus: { low: 0, high: 1e6, what: 'a number of accelerators above 0', aboveZero: true },
  gpuWatts: { low: 0, high: 5000, what: 'watts of one accelerator, above 0 up to 5000', aboveZero: true },
  gpuUsage: { low: 0, high: 1, what: 'a share from 0 to 1' },
  memoryGb: { low: 0, high: 1e8, what: 'gigabytes above 0', aboveZero: true },
  memoryWattsPerGb: { low: 0, high: 100, what: 'watts per gigabyte, above 0 up to 100', aboveZero: true },
  repeats: { low: 0, high: 1e9, what: 'how many times it is run, a number above 0', aboveZero: true },
}

/** Checked where they are understood: places and PUE by their resolvers, names by their tables. */
const CHECKED_ELSEWHERE: readonly (keyof EstimateOptions)[] = [
  'cpu',
  'gpu',
  'instance',
  'country',
  'region',
  'cloud',
  'pue',
  'gridIntensity',
]

const NAMES: readonly string[] = [...Object.keys(RANGES), ...CHECKED_ELSEWHERE]

const isWithin = (value: unknown, { low, high, aboveZero }: Range): boolean =>
  typeof value === 'number' && value >= low && value <= high && !(aboveZero && value === 0)

const checkNames = (options: EstimateOptions): void => {
  for (const name of Object.keys(options)) {
    if (NAMES.includes(name)) continue
    const near = closest(name, NAMES)
    throw new EpochwattError(
      'OPTION_UNKNOWN',
      `Unknown option "${name}"${didYouMean(near ? [near] : [])}. Accepted: ${NAMES.join(', ')}.`,
    )
  }
}

const checkHardware = ({ cpu, cores, gpu, gpus, gpuWatts, memoryGb, instance }: EstimateOptions): void => {
  const named = [cpu, cores, gpu, gpus, gpuWatts, memoryGb, instance]
  if (named.every(value => value === undefined)) {
    throw new EpochwattError(
      'OPTION_MISSING',
      'No hardware was named: give at least one of cpu, cores, gpu, gpus, gpuWatts, memoryGb or instance.',
    )
  }
}

/**
 * Finds out whether options can be understood, before anything is computed.
 *
 * @throws OptionError for a value out of range; EpochwattError `OPTION_UNKNOWN` or `OPTION_MISSING`.
 */
export const checkEstimateOptions = (options: EstimateOptions): void => {
  checkNames(options)
  for (const [name, range] of Object.entries(RANGES)) {
    const value = options[name as keyof EstimateOptions]
    if (value === undefined && name !== 'hours') continue
    if (!isWithin(value, range)) throw new OptionError(name, value, range.what)
  }
  for (const name of ['cpu', 'gpu', 'instance'] as const) {
    const value = options[name]
    if (value !== undefined && (typeof value !== 'string' || value.trim() === ''))
      throw new OptionError(name, value, 'a name')
  }
  checkHardware(options)
}
