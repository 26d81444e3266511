import type { Band, MachineFacts, SensorDomain } from '../sensor.js'
import { isAmd } from './zone-meaning.js'

const plusMinus = (share: number): Band => ({ low: 1 - share, high: 1 + share })

/** Sandy Bridge and Ivy Bridge, client and server: their counters are computed from activity, not metered. */
const BEFORE_HASWELL: ReadonlySet<number> = new Set([0x2a, 0x2d, 0x3a, 0x3e])

/**
 * Our reading of the comparisons of RAPL with external meters; docs/methodology.md gives the studies. Intel since
 * Haswell follows plug readings closely, AMD's and early Intel counters are models, memory has machine-dependent
 * offsets, the platform zone is defined by each vendor.
 */
export const zoneBand = (domain: SensorDomain, machine: MachineFacts): Band => {
  if (domain === 'dram' || domain === 'platform') return plusMinus(0.2)
  const computed =
    isAmd(machine) || (machine.cpuFamily === 6 && BEFORE_HASWELL.has(machine.cpuModelNumber ?? -1))
  // With SGX the processor adds noise to its energy counters; it averages out over long windows, not over short ones.
  return plusMinus(computed || machine.energyFiltering ? 0.15 : 0.05)
}
