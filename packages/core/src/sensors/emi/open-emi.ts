import { openedSensor } from '../opened-sensor.js'
import type { OpenSensor, SensorSpec } from '../sensor.js'
import { sharedSources } from '../shared-sources.js'
import type { EmiSettings } from './discover-emi.js'
import { type EmiMeter, openMeterDevice, systemEmi } from './emi-meter.js'

/** Devices that are open in this thread. */
const devices = sharedSources<EmiMeter>()

/** Opens one channel of a device that is given. */
export const openEmiChannel = (spec: SensorSpec, meter: EmiMeter, onClose: () => void): OpenSensor => {
  const { channel } = spec.settings as unknown as EmiSettings
  return openedSensor(spec, {
    read: () => {
      const raw = meter.energy(channel)
      return Number.isNaN(raw) ? 'ENODATA' : raw
    },
    close: onClose,
  })
}

/** Opens one channel of a metering device of Windows. @throws when the device cannot be opened. */
export const openEmi = (spec: SensorSpec): OpenSensor => {
  const { koffi, path } = spec.settings as unknown as EmiSettings
  const { source, release } = devices.acquire(path, () => openMeterDevice(systemEmi(koffi), path))
  return openEmiChannel(spec, source, release)
}
