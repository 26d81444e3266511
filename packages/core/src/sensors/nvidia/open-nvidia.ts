import { openedSensor } from '../opened-sensor.js'
import { processOwners } from '../process-owners.js'
import type { OpenSensor, ProbeEnvironment, SensorSpec } from '../sensor.js'
import { boardUse } from './board-use.js'
import { isNvmlError, NVML_RETURN, type Nvml, type NvmlDevice } from './nvml.js'
import { type NvmlSettings, nvmlSession } from './nvml-session.js'

/** What the opener needs to find a board again. Its identity stays in memory. */
export interface BoardSettings extends NvmlSettings {
  readonly uuid: string
  readonly reading: 'energy' | 'power'
  /** Of a board's sensors one reports who uses it. */
  readonly reportsUse: boolean
}

/** A driver that was loaded anew since must be initialised anew, and has new handles. */
const find = (nvml: Nvml, uuid: string): NvmlDevice => {
  try {
    return nvml.deviceByUuid(uuid)
  } catch (error) {
    if (!isNvmlError(error, NVML_RETURN.uninitialised)) throw error
    nvml.init()
    return nvml.deviceByUuid(uuid)
  }
}

/** @throws NvmlError when the board is not there. */
export const openBoard = (spec: SensorSpec, nvml: Nvml, environment: ProbeEnvironment): OpenSensor => {
  const { uuid, reading, reportsUse } = spec.settings as unknown as BoardSettings
  const device = find(nvml, uuid)
  const readRaw = reading === 'energy' ? device.totalEnergyMillijoules : device.powerMilliwatts
  const use = reportsUse
    ? boardUse(device, processOwners(environment.procRoot, environment.platform))
    : undefined
  return openedSensor(spec, { read: readRaw, ...(use && { use }) })
}

/**
 * Opens the energy counter or the power gauge of one board.
 *
 * @throws koffi's error or NvmlError when it cannot be had now.
 */
export const openNvidia = (spec: SensorSpec, environment: ProbeEnvironment): OpenSensor =>
  openBoard(spec, nvmlSession(spec.settings as unknown as BoardSettings), environment)
