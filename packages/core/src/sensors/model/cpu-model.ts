import { readCloudSize } from '../../data/cloud-sizes/read-cloud-size.js'
import { architecturePower, findCpuPower, findThreadPower, unknownThreadPower } from '../../data/cpu-power.js'
import type { Band, MachineFacts, ProbeOptions, SensorSpec } from '../sensor.js'

/** What decides how a model of the CPU is judged. */
type CpuModel = Required<Pick<SensorSpec, 'tier' | 'method' | 'band' | 'wattsByUtilisation'>>

/**
 * Watts at the wall over (TDP × sockets) at utilisation 0, 10, …, 100 %: medians of the 373 systems from 2012 on in
 * SPECpower_ssj2008. Power supply, board, fans and memory are in it, accelerators are not.
 */
const SPEC_CURVE = [0.24, 0.37, 0.43, 0.48, 0.53, 0.59, 0.66, 0.75, 0.85, 0.98, 1.11] as const

/** Spread of that curve over those systems, 5th to 95th percentile of the error. */
const CURVE_BAND: Band = { low: 0.6, high: 1.55 }

/** A CPU that is not known, or known only by its family, or seen through a hypervisor. */
const ASSUMED_BAND: Band = { low: 0.4, high: 2.5 }

const byTdp = (tdpWatts: number, sockets: number, origin: string): CpuModel => ({
  tier: 'modelled',
  method:
    `Median SPECpower_ssj2008 curve of servers at the wall × TDP ${tdpWatts} W × ${sockets} ` +
    `${sockets === 1 ? 'socket' : 'sockets'} (${origin}); memory, fans and power supply included`,
  band: CURVE_BAND,
  wattsByUtilisation: SPEC_CURVE.map(share => share * tdpWatts * sockets),
})

const byThreads = (machine: MachineFacts): CpuModel => {
  const provider = machine.cloud?.provider
  const { architectures = [] } = readCloudSize(machine.cloud?.instanceType ?? '') ?? {}
  // What the processor says of itself, else what its provider says of the instance type.
  const known = findThreadPower(machine, provider) ?? architecturePower(architectures)
  const { architecture, minWattsPerThread, maxWattsPerThread, source } = known ?? unknownThreadPower(provider)
  return {
    tier: 'assumed',
    method:
      `${minWattsPerThread} to ${maxWattsPerThread} W for each of ${machine.threads} hardware threads, linear in ` +
      `utilisation, for ${known ? architecture : 'an unknown CPU'} (${source})`,
    band: ASSUMED_BAND,
    wattsByUtilisation: [minWattsPerThread * machine.threads, maxWattsPerThread * machine.threads],
  }
}

/**
 * Best model for this machine. The user's TDP goes before the table's; a guest's TDP would be that of its whole host,
 * so guests are modelled by their threads.
 */
const chooseModel = (machine: MachineFacts, { cpuTdpWatts }: ProbeOptions): CpuModel => {
  if (cpuTdpWatts !== undefined) {
    return byTdp(cpuTdpWatts, machine.virtual ? 1 : machine.sockets, 'given as an option')
  }
  const cpu = machine.virtual ? undefined : findCpuPower(machine.cpuModel)
  return cpu ? byTdp(cpu.tdpWatts, machine.sockets, `${cpu.model}, ${cpu.source}`) : byThreads(machine)
}

/** Power of the whole machine without accelerators, as a function of its utilisation; booked under the CPU. */
export const cpuModelSpec = (machine: MachineFacts, options: ProbeOptions): SensorSpec => {
  const { tier, method, band, wattsByUtilisation } = chooseModel(machine, options)
  return {
    id: 'model/cpu',
    provider: 'model',
    domain: 'platform',
    device: 'machine',
    component: 'cpu',
    covers: ['cpu', 'memory', 'other'],
    contains: ['model/memory'],
    kind: 'model',
    tier,
    method,
    band,
    scale: 1,
    maxPowerWatts: wattsByUtilisation.at(-1)! * band.high,
    updatePeriodMs: 0,
    idleWatts: { watts: wattsByUtilisation[0]!, source: 'the model at utilisation 0' },
    wattsByUtilisation,
    readAtBoundary: false,
  }
}
