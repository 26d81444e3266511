import { errorCode } from '../read-text.js'
import type { OpenSensor, SensorSpec } from '../sensor.js'
import type { EmiSettings } from './discover-emi.js'
import { type EmiMeter, openMeterDevice, systemEmi } from './emi-meter.js'

/** Devices that are open in this thread, with how many sensors read each. */
const shared = new Map<string, { readonly meter: EmiMeter; users: number }>()

const acquire = ({ koffi, path }: EmiSettings): EmiMeter => {
  const open = shared.get(path) ?? { meter: openMeterDevice(systemEmi(koffi), path), users: 0 }
  shared.set(path, open)
  open.users++
  return open.meter
}

const release = (path: string): void => {
  const open = shared.get(path)
  if (!open || --open.users > 0) return
  shared.delete(path)
  open.meter.close()
}

/** Opens one channel of a device that is given. */
export const openEmiChannel = (spec: SensorSpec, meter: EmiMeter, onClose: () => void): OpenSensor => {
  const { channel } = spec.settings as unknown as EmiSettings
  let failure: string | undefined
  let closed = false
  return {
    spec,
    read() {
      if (closed) return Number.NaN
      try {
        const raw = meter.energy(channel)
        failure = Number.isNaN(raw) ? 'ENODATA' : undefined
        return raw
      } catch (error) {
        failure = errorCode(error)
        return Number.NaN
      }
    },
    error: () => (closed ? 'EBADF' : failure),
    close() {
      if (closed) return
      closed = true
      onClose()
    },
  }
}

/** Opens one channel of a metering device of Windows. @throws when the device cannot be opened. */
export const openEmi = (spec: SensorSpec): OpenSensor => {
  const settings = spec.settings as unknown as EmiSettings
  return openEmiChannel(spec, acquire(settings), () => release(settings.path))
}
