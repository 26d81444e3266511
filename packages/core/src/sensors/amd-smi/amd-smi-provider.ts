import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findKoffi } from '../koffi.js'
import type { ProbeEnvironment, ProbeResult, SensorProvider, UnavailableSensor } from '../sensor.js'
import type { AmdSmiProbeSettings } from './discover-amd-smi.js'

const PROVIDER = 'amd-smi'

/** Where ROCm and the distributions put it. */
const LIBRARIES = [
  '/opt/rocm/lib/libamd_smi.so',
  '/opt/rocm/lib64/libamd_smi.so',
  '/usr/lib/x86_64-linux-gnu/libamd_smi.so',
  '/usr/lib64/libamd_smi.so',
  '/usr/lib/libamd_smi.so',
]

const unavailable = (rest: Pick<UnavailableSensor, 'state' | 'reason' | 'remedy'>): ProbeResult => ({
  sensors: [],
  unavailable: [{ id: PROVIDER, domain: 'gpu', ...rest }],
})

/**
 * AMD GPUs through AMD SMI, which knows energy where hwmon knows power. Only the signs of it are looked at here: the
 * library takes its time to start, and its counters must be watched for a moment before they can be believed.
 */
export const amdSmiProvider: SensorProvider = {
  name: PROVIDER,
  probe({ platform, sysfsRoot, variables }: ProbeEnvironment) {
    const given = variables?.EPOCHWATT_AMD_SMI_LIBRARY
    // Machines without AMD's driver need no word about its library.
    if (platform !== 'linux' || (!given && !existsSync(join(sysfsRoot, 'module/amdgpu'))))
      return { sensors: [], unavailable: [] }
    const library = given || LIBRARIES.find(path => existsSync(path))
    if (library === undefined) {
      return unavailable({
        state: 'absent',
        reason: 'libamd_smi.so is not installed; the power of AMD GPUs is read from hwmon instead',
        remedy:
          "Install ROCm's package amd-smi-lib, or set EPOCHWATT_AMD_SMI_LIBRARY to the path of libamd_smi.so.",
      })
    }
    const koffi = findKoffi()
    if (koffi === undefined) {
      return unavailable({
        state: 'broken',
        reason: 'the package koffi, through which AMD SMI is read, is not installed',
        remedy: 'npm install koffi',
      })
    }
    const settings: AmdSmiProbeSettings = { koffi, library }
    const unanswered: UnavailableSensor = {
      id: PROVIDER,
      domain: 'gpu',
      state: 'broken',
      reason: 'the run ended before AMD SMI had answered',
    }
    return {
      sensors: [],
      unavailable: [],
      deferred: [{ provider: PROVIDER, unanswered, settings: { ...settings } }],
    }
  },
}
