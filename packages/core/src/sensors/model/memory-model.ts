import { POWER_CONSTANTS } from '../../data/power-constants.gen.js'
import type { MachineFacts, SensorSpec } from '../sensor.js'

const GIBIBYTE = 2 ** 30

/**
 * Memory at a constant power per gigabyte, whatever it does. Published constants lie between a tenth and three times
 * of each other, hence the band. Stands in beside a measured package; the CPU's model contains memory already.
 * Undefined where nobody says how much memory there is.
 */
export const memoryModelSpec = (machine: MachineFacts): SensorSpec | undefined => {
  if (!(machine.memoryBytes > 0)) return undefined
  const { value: wattsPerGb, source } = POWER_CONSTANTS.memoryWattsPerGb
  const gigabytes = machine.memoryBytes / GIBIBYTE
  const watts = wattsPerGb * gigabytes
  return {
    id: 'model/memory',
    provider: 'model',
    domain: 'dram',
    device: 'machine',
    component: 'memory',
    covers: ['memory'],
    contains: [],
    kind: 'model',
    tier: 'assumed',
    method: `${wattsPerGb} W/GB × ${gigabytes.toFixed(1)} GB installed, whatever the load (${source})`,
    band: { low: 0.3, high: 3 },
    scale: 1,
    maxPowerWatts: watts * 3,
    updatePeriodMs: 0,
    idleWatts: { watts, source: 'the constant itself: the model knows no load' },
    wattsByUtilisation: [watts, watts],
    readAtBoundary: false,
  }
}
