import type { CloudSize } from '../data/cloud-sizes/cloud-size.js'
import { architecturePower, type ThreadPower, unknownThreadPower } from '../data/cpu-power.js'
import { OptionError } from '../errors.js'
import { type CpuPart, usageAssumption } from './cpu-part.js'
import type { EstimateOptions } from './estimate-options.js'
import { LEAST_BUSY } from './part-power.js'

/** As for guests that are measured by a model: a server seen through a hypervisor (docs/sensors.md). */
const BAND = { low: 0.4, high: 2.5 }

const NOTHING_BESIDE = ['cpu', 'cpus', 'cores', 'cpuWattsPerCore', 'memoryGb', 'memoryWattsPerGb'] as const

const memoryText = ({ memoryGib }: CloudSize): string =>
  memoryGib === undefined ? '' : ` and ${memoryGib} GiB`

/** Google's first family is the one to which accelerators are attached. */
const takesAccelerators = ({ provider, type }: CloudSize): boolean =>
  provider === 'gcp' && /^(n1-|custom-)/.test(type)

/** @throws OptionError for what the type says already, and for what it cannot have. */
const checkBeside = (options: EstimateOptions, size: CloudSize): void => {
  for (const name of NOTHING_BESIDE)
    if (options[name] !== undefined)
      throw new OptionError(
        name,
        options[name],
        `nothing beside "instance": ${size.type} has ${size.vcpus} vCPUs${memoryText(size)}, and the watts of its vCPUs are those of whole servers, memory included`,
      )
  if (takesAccelerators(size)) return
  for (const name of ['gpu', 'gpus', 'gpuWatts', 'gpuUsage'] as const)
    if (options[name] !== undefined)
      throw new OptionError(
        name,
        options[name],
        `nothing beside "instance": ${size.type} has no accelerators`,
      )
}

interface Vcpus {
  /** What each of the architectures that the type may run on draws for each hardware thread. */
  readonly powers: readonly ThreadPower[]
  /** In words. */
  readonly built: string
  readonly source: string
}

const vcpusOf = ({ provider, architectures }: CloudSize): Vcpus => {
  const powers = architectures.flatMap(name => architecturePower([name]) ?? [])
  if (powers.length === 0 || powers.length < architectures.length) {
    const unknown = unknownThreadPower(provider)
    return { powers: [unknown], built: `the average of ${provider}`, source: unknown.source }
  }
  return { powers, built: architectures.join(' or '), source: powers.map(({ source }) => source).join('; ') }
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

const spanOf = (powers: readonly ThreadPower[]): string =>
  powers
    .map(({ minWattsPerThread, maxWattsPerThread }) => `${minWattsPerThread} to ${maxWattsPerThread}`)
    .join(' or ')

/**
 * Power of an instance by its virtual processors: vCPUs × (idle + (full − idle) × usage) watts of a hardware thread of
 * servers of that architecture, at the wall, by SPECpower_ssj2008 (Cloud Carbon Footprint's method). Of several
 * architectures the mean, with bounds around all of them; what nobody measured takes the provider's average.
 */
export const instanceCpuPart = (options: EstimateOptions, size: CloudSize): CpuPart => {
  checkBeside(options, size)
  const { type, vcpus, threadsPerVcpu } = size
  const { powers, built, source } = vcpusOf(size)
  const { cpuUsage } = options
  const threads = vcpus * threadsPerVcpu
  const wattsAt = (usage: number): readonly number[] =>
    powers.map(
      ({ minWattsPerThread, maxWattsPerThread }) =>
        threads * (minWattsPerThread + (maxWattsPerThread - minWattsPerThread) * usage),
    )
  const each = threadsPerVcpu === 1 ? '' : `, ${threadsPerVcpu} threads each, since a vCPU is a whole core`
  return {
    cpus: 1,
    cores: threads / 2,
    share: 1,
    power: {
      value: meanOf(wattsAt(cpuUsage ?? 1)),
      low: Math.min(...wattsAt(cpuUsage ?? LEAST_BUSY)) * BAND.low,
      high: Math.max(...wattsAt(cpuUsage ?? 1)) * BAND.high,
      unit: 'W',
      tier: 'assumed',
      method: `${type}: ${vcpus} vCPUs${each} × ${spanOf(powers)} W per thread of a server at the wall, linear in usage ${cpuUsage ?? 1}, for ${built} (${source})`,
    },
    assumptions: [
      { option: 'instance', value: `${vcpus} vCPUs${memoryText(size)}`, source: `${type} (${size.source})` },
      { option: 'instance', value: spanOf(powers), unit: 'W/thread', source: `${built}: ${source}` },
      ...usageAssumption(cpuUsage),
    ],
  }
}
