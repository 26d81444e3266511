import { OptionError } from '../errors.js'
import type { EmbodiedPart } from '../footprint/embodied-part.js'
import { type Equivalent, equivalents } from '../footprint/equivalents.js'
import { operationalCarbon } from '../footprint/operational-carbon.js'
import type { PueFigure } from '../footprint/pue.js'
import { resolvePue } from '../footprint/resolve-pue.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import type { Location } from '../grid/location.js'
import { resolveLocation } from '../grid/resolve-location.js'
import { resolveGridIntensity } from '../grid/static-grid.js'
import { multiplyQuantity, sumQuantities } from '../quantity/combine.js'
import type { Quantity } from '../quantity/quantity.js'
import { gridFigure, locationFigure, pueFigure } from '../record/place-figures.js'
import type { RunRecord } from '../record/record.js'
import { DATA_VERSION, METHODOLOGY_VERSION } from '../version.js'
import type { Assumption } from './assumption.js'
import { cpuPart } from './cpu-part.js'
import { describedKind, describedMachine, estimateEmbodied } from './estimate-embodied.js'
import { checkEstimateOptions, type EstimateOptions } from './estimate-options.js'
import { gpuPart } from './gpu-part.js'
import { instanceCpuPart } from './instance-cpu-part.js'
import { memoryPart } from './memory-part.js'
import type { PartPower } from './part-power.js'
import { type PlannedInstance, readInstance } from './planned-instance.js'

/** Watts of one kind of component without PUE, or why it is not counted. Not counted is not 0. */
export interface EstimatedPart {
  readonly power_w?: Quantity
  readonly reason?: string
}

/** Energy and carbon of work that has not been done yet. Figures are named as in a run's record. */
export interface Estimate {
  /** Of one run. */
  readonly hours: number
  /** How often the run is made. */
  readonly repeats: number
  /** At the meter of the building: with PUE. */
  readonly power_w: Quantity
  /** Of the machine: without PUE. */
  readonly it_power_w: Quantity
  readonly components: Readonly<Record<'cpu' | 'gpu' | 'memory', EstimatedPart>>
  readonly energy: {
    /** Without PUE, of all repeats. */
    readonly total_kwh: Quantity
    /** `total_kwh` × PUE. */
    readonly facility_kwh: Quantity
  }
  readonly carbon: {
    readonly operational_g: Quantity
    readonly embodied_g?: Quantity
    /** What `embodied_g` is the sum of. */
    readonly embodied_parts?: readonly EmbodiedPart[]
    readonly total_g: Quantity
    /** What is not in `embodied_g`. */
    readonly reason?: string
  }
  readonly pue: RunRecord['pue']
  readonly grid: Omit<RunRecord['grid'], 'intervals'>
  readonly location: RunRecord['location']
  /** What `carbon.operational_g` is like. */
  readonly equivalents: readonly Equivalent[]
  /** Every value that was not stated, with its source. */
  readonly assumptions: readonly Assumption[]
  readonly methodology: { readonly version: string; readonly data_version: string }
}

/** An instance type says which provider it is; the region, if it is known, must be one of that provider. */
const placeOf = (options: EstimateOptions, instance: PlannedInstance | undefined): Location => {
  const { country, region, cloud = instance?.provider } = options
  const location = resolveLocation({
    ...(country !== undefined && { country }),
    ...(region !== undefined && { region }),
    ...(cloud !== undefined && { cloud }),
  })
  if (instance && location.provider !== instance.provider)
    throw new OptionError(
      'cloud',
      cloud,
      `a region of ${instance.provider}, which is where ${instance.type} is rented`,
    )
  return location
}

const GB_PER_GIB = 2 ** 30 / 1e9
const IN_WATTS_OF_VCPUS: PartPower = {
  reason: 'the watts of the vCPUs are those of whole servers: memory is in them',
  assumptions: [],
}

const partLine = ({ power, reason }: PartPower): EstimatedPart => ({
  ...(power && { power_w: power }),
  ...(reason !== undefined && { reason }),
})

const exactly = (value: number) => ({ value, low: value, high: value, tier: 'modelled' }) as const

const surroundings = (
  options: EstimateOptions,
  grid: GridIntensity,
  pue: PueFigure,
): readonly Assumption[] => [
  ...(options.repeats === undefined
    ? [{ option: 'repeats', value: 1, source: 'run once unless stated' }]
    : []),
  ...(options.pue === undefined ? [{ option: 'pue', value: pue.value, source: pue.source }] : []),
  ...(options.gridIntensity === undefined
    ? [{ option: 'gridIntensity', value: grid.gramsPerKwh, unit: 'gCO2e/kWh', source: grid.method }]
    : []),
]

/**
 * Energy and carbon of work from its hardware, run time and place, before anything is run:
 *
 *     W  = PUE × (cores × W/core × usage + accelerators × W × usage + GB × W/GB)
 *     kWh = W × hours × repeats / 1000,  gCO2e = kWh × intensity
 *
 * after Lannelongue, Grealey and Inouye, Green Algorithms (2021), with intervals and the share of the hardware's
 * production beside it. What is not stated is taken from the tables and listed in `assumptions`. Hardware that is not
 * named is not counted and says so. Pure: reads no sensor, file, environment or network.
 *
 * @throws OptionError for a value that cannot be understood, naming near ones; EpochwattError `OPTION_UNKNOWN`, or
 * `OPTION_MISSING` where no hardware is named.
 *
 * @example
 * ```ts
 * const { carbon } = estimate({ hours: 24, gpu: 'A100 SXM4 80GB', gpus: 8, gpuUsage: 0.8, cloud: 'aws:eu-north-1' })
 * carbon.operational_g.value // gCO2e
 * ```
 */
export const estimate = (options: EstimateOptions): Estimate => {
  checkEstimateOptions(options)
  const { hours, repeats = 1 } = options
  const instance = options.instance === undefined ? undefined : readInstance(options.instance)
  const size = instance?.size
  const cpu = size ? instanceCpuPart(options, size) : cpuPart(options)
  const gpu = gpuPart(options, instance?.accelerators)
  const memory = size ? IN_WATTS_OF_VCPUS : memoryPart(options)
  const memoryGb = size ? (size.memoryGib ?? 0) * GB_PER_GIB : options.memoryGb
  const parts = [cpu, gpu, memory]

  const location = placeOf(options, instance)
  const machine = describedMachine(cpu, memoryGb, location)
  const kind = describedKind(machine, location, gpu)
  const pue = resolvePue({
    location,
    machine,
    guess: kind,
    ...(options.pue !== undefined && { pue: options.pue }),
  })
  const grid = resolveGridIntensity({
    location,
    ...(options.gridIntensity !== undefined && { gridIntensity: options.gridIntensity }),
  })

  const powers = parts.flatMap(({ power }) => (power ? [power] : []))
  // At least one part is named: `checkEstimateOptions` saw to that.
  const itPower = sumQuantities(powers, 'sum of the parts named; bounds by root-sum-square')!
  const energy = multiplyQuantity(
    itPower,
    [exactly((hours * repeats) / 1000)],
    'kWh',
    `power × ${hours} h${repeats === 1 ? '' : ` × ${repeats} repeats`}`,
  )
  const operational = operationalCarbon([{ energy, intensity: grid }], pue)
  const embodied = estimateEmbodied(hours * repeats, { cpu, gpu }, machine, location, kind)
  const total = embodied.carbon
    ? sumQuantities([operational, embodied.carbon], 'operational + embodied; bounds by root-sum-square')!
    : operational
  return {
    hours,
    repeats,
    power_w: multiplyQuantity(itPower, [pue], 'W', `power of the parts × PUE ${pue.value} (${pue.source})`),
    it_power_w: itPower,
    components: { cpu: partLine(cpu), gpu: partLine(gpu), memory: partLine(memory) },
    energy: {
      total_kwh: energy,
      facility_kwh: multiplyQuantity(energy, [pue], 'kWh', `total × PUE ${pue.value} (${pue.source})`),
    },
    carbon: {
      operational_g: operational,
      ...(embodied.carbon && { embodied_g: embodied.carbon, embodied_parts: embodied.parts }),
      total_g: total,
      ...(embodied.reason !== undefined && { reason: embodied.reason }),
    },
    pue: pueFigure(pue),
    grid: gridFigure(grid),
    location: locationFigure(location),
    equivalents: equivalents(operational.value),
    assumptions: [...parts.flatMap(({ assumptions }) => assumptions), ...surroundings(options, grid, pue)],
    methodology: { version: METHODOLOGY_VERSION, data_version: DATA_VERSION },
  }
}
