import { type MachineRoots, readMachineFacts } from './machine-facts.js'
import type { ProbeEnvironment } from './sensor.js'

/**
 * Where sensors are looked for. `EPOCHWATT_SYSFS_ROOT` and `EPOCHWATT_PROC_ROOT` stand for `/sys` and `/proc`, for
 * containers that see the host's files elsewhere and for tests.
 *
 * @example
 * const { sensors, unavailable } = discoverSensors(probeEnvironment())
 */
export const probeEnvironment = (env: NodeJS.ProcessEnv = process.env): ProbeEnvironment => {
  const roots: MachineRoots = {
    // An empty variable is how shells and compose files spell "not set".
    sysfsRoot: env.EPOCHWATT_SYSFS_ROOT || '/sys',
    procRoot: env.EPOCHWATT_PROC_ROOT || '/proc',
    platform: process.platform,
  }
  return { ...roots, machine: readMachineFacts(roots) }
}
