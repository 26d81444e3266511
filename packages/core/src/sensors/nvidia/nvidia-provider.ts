import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findKoffi } from '../koffi.js'
import type { ProbeEnvironment, SensorProvider, UnavailableSensor } from '../sensor.js'
import type { NvidiaProbeSettings } from './discover-nvidia.js'

const PROVIDER = 'nvidia'

/** Windows Subsystem for Linux has the library, but no driver of its own. */
const WSL_LIBRARY = '/usr/lib/wsl/lib/libnvidia-ml.so.1'

/** The library to load, if there is any sign of a driver: most machines have none, and then nothing is loaded. */
const findLibrary = ({ platform, procRoot, variables }: ProbeEnvironment): string | undefined => {
  // Set but empty is how compose files spell "not set".
  if (variables?.EPOCHWATT_NVML_LIBRARY) return variables.EPOCHWATT_NVML_LIBRARY
  if (platform === 'win32') {
    const library = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'nvml.dll')
    return existsSync(library) ? library : undefined
  }
  if (platform !== 'linux') return undefined
  if (existsSync(join(procRoot, 'driver/nvidia/version'))) return 'libnvidia-ml.so.1'
  return existsSync(WSL_LIBRARY) ? WSL_LIBRARY : undefined
}

/**
 * NVIDIA GPUs through NVML. Only the signs of a driver are looked at here: asking it may wake it up, which takes
 * seconds, so that is left to the sampler's thread.
 */
export const nvidiaProvider: SensorProvider = {
  name: PROVIDER,
  probe(environment, { wholeMachine = false }) {
    const library = findLibrary(environment)
    if (library === undefined) {
      const reason = 'there is no NVIDIA driver'
      return { sensors: [], unavailable: [{ id: PROVIDER, domain: 'gpu', state: 'absent', reason }] }
    }
    const koffi = findKoffi()
    const settings: NvidiaProbeSettings = { ...(koffi !== undefined && { koffi }), library, wholeMachine }
    const unanswered: UnavailableSensor = {
      id: PROVIDER,
      domain: 'gpu',
      state: 'broken',
      reason: 'the run ended before the NVIDIA driver had answered',
    }
    return {
      sensors: [],
      unavailable: [],
      deferred: [{ provider: PROVIDER, unanswered, settings: { ...settings } }],
    }
  },
}
