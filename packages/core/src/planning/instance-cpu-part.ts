import type { CloudSize } from '../data/cloud-sizes/cloud-size.js'
import { architecturePower, unknownThreadPower } from '../data/cpu-power.js'
import { OptionError } from '../errors.js'
import type { CpuPart } from './cpu-part.js'
import type { EstimateOptions } from './estimate-options.js'
import { LEAST_BUSY } from './part-power.js'

/** As for guests that are measured by a model: a server seen through a hypervisor (docs/sensors.md). */
const BAND = { low: 0.4, high: 2.5 }

const NOTHING_BESIDE = ['cpu', 'cpus', 'cores', 'cpuWattsPerCore', 'memoryGb', 'memoryWattsPerGb'] as const

const memoryText = ({ memoryGib }: CloudSize): string =>
  memoryGib === undefined ? '' : ` and ${memoryGib} GiB`

/** Google's first family is the one to which accelerators are attached. */
const takesAccelerators = ({ provider, type }: CloudSize): boolean => provider === 'gcp' && /^(n1-|custom-)/.test(type)

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
      throw new OptionError(name, options[name], `nothing beside "instance": ${size.type} has no accelerators`)
}

/**
 * Power of an instance by its virtual processors: vCPUs × (idle + (full − idle) × usage) watts of a hardware thread of
 * servers of that architecture, at the wall, by SPECpower_ssj2008 (Cloud Carbon Footprint's method). What nobody
 * measured takes the provider's average.
 */
export const instanceCpuPart = (options: EstimateOptions, size: CloudSize): CpuPart => {
  checkBeside(options, size)
  const { provider, type, vcpus, threadsPerVcpu, architectures } = size
  const known = architecturePower(architectures)
  const { minWattsPerThread, maxWattsPerThread, architecture, source } = known ?? unknownThreadPower(provider)
  const threads = vcpus * threadsPerVcpu
  const { cpuUsage } = options
  const wattsAt = (usage: number): number =>
    threads * (minWattsPerThread + (maxWattsPerThread - minWattsPerThread) * usage)
  const built = known ? architecture : `the average of ${provider}`
  const each = threadsPerVcpu === 1 ? '' : `, ${threadsPerVcpu} threads each, since a vCPU is a whole core`
  const span = `${minWattsPerThread} to ${maxWattsPerThread}`
  return {
    cpus: 1,
    cores: threads / 2,
    share: 1,
    power: {
      value: wattsAt(cpuUsage ?? 1),
      low: wattsAt(cpuUsage ?? LEAST_BUSY) * BAND.low,
      high: wattsAt(cpuUsage ?? 1) * BAND.high,
      unit: 'W',
      tier: 'assumed',
      method: `${type}: ${vcpus} vCPUs${each} × ${span} W per thread of a server at the wall, linear in usage ${cpuUsage ?? 1}, for ${built} (${source})`,
    },
    assumptions: [
      { option: 'instance', value: `${vcpus} vCPUs${memoryText(size)}`, source: `${type} (${size.source})` },
      { option: 'cpuWattsPerCore', value: span, unit: 'W/thread', source: `${built}: ${source}` },
      ...(cpuUsage === undefined
        ? [{ option: 'cpuUsage', value: 1, source: 'full use unless stated, as in Green Algorithms' }]
        : []),
    ],
  }
}
