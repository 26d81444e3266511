import { drmClients } from '../drm-use.js'
import { openedSensor } from '../opened-sensor.js'
import type { OpenSensor, ProbeEnvironment, SensorSpec } from '../sensor.js'
import { AMD_SMI_STATUS, type AmdSmi, type AmdSmiGpu, isAmdSmiError } from './amd-smi.js'
import { type AmdSmiSettings, amdSmiSession } from './amd-smi-session.js'

/** What the opener needs to find a GPU again. */
export interface AmdGpuSettings extends AmdSmiSettings {
  readonly pciAddress: string
}

const find = (smi: AmdSmi, pciAddress: string): AmdSmiGpu | undefined =>
  smi.gpus().find(gpu => gpu.pciAddress() === pciAddress)

/** Handles do not outlive a driver that is loaded anew. */
const findAnew = (smi: AmdSmi, pciAddress: string): AmdSmiGpu | undefined => {
  try {
    return find(smi, pciAddress)
  } catch (error) {
    if (!isAmdSmiError(error, AMD_SMI_STATUS.notInitialised)) throw error
    smi.init()
    return find(smi, pciAddress)
  }
}

/**
 * Opens the energy counter of one GPU.
 *
 * @throws koffi's error or AmdSmiError, or one with the code `ENODEV`, when it cannot be had now.
 */
export const openAmdSmi = (spec: SensorSpec, environment: ProbeEnvironment): OpenSensor => {
  const settings = spec.settings as unknown as AmdGpuSettings
  const gpu = findAnew(amdSmiSession(settings), settings.pciAddress)
  if (!gpu) throw Object.assign(new Error(`No GPU at ${settings.pciAddress}.`), { code: 'ENODEV' })
  const clients = drmClients(environment)
  return openedSensor(spec, {
    read: () => gpu.energy().accumulator,
    use: () => clients.useOf(settings.pciAddress),
  })
}
