import { type MachineRoots, readMachineFacts } from './machine-facts.js'
import type { HardwareVariable, ProbeEnvironment } from './sensor.js'

const VARIABLES: readonly HardwareVariable[] = [
  'EPOCHWATT_NVML_LIBRARY',
  'EPOCHWATT_AMD_SMI_LIBRARY',
  'CUDA_VISIBLE_DEVICES',
  'CUDA_DEVICE_ORDER',
]

/**
 * Where sensors are looked for. `EPOCHWATT_SYSFS_ROOT` and `EPOCHWATT_PROC_ROOT` stand for `/sys` and `/proc`, for
 * containers that see the host's files elsewhere and for tests; `EPOCHWATT_NVML_LIBRARY` and
 * `EPOCHWATT_AMD_SMI_LIBRARY` are the paths of the makers' management libraries where they are not found by their names.
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
  // Kept also when empty: an empty CUDA_VISIBLE_DEVICES hides every GPU.
  const set = VARIABLES.filter(name => env[name] !== undefined)
  return {
    ...roots,
    machine: readMachineFacts(roots),
    ...(set.length > 0 && { variables: Object.fromEntries(set.map(name => [name, env[name]])) }),
  }
}
