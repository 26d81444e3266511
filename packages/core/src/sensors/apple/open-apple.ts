import { errorCode } from '../read-text.js'
import type { OpenSensor, SensorSpec } from '../sensor.js'
import { type EnergySession, systemSession } from './energy-session.js'

export interface AppleSettings {
  /** Where koffi is. */
  readonly koffi: string
  readonly channel: string
}

export const openChannel = (spec: SensorSpec, session: EnergySession): OpenSensor => {
  const { channel } = spec.settings as unknown as AppleSettings
  let failure: string | undefined
  let closed = false
  return {
    spec,
    read() {
      if (closed) return Number.NaN
      try {
        const value = session.values().get(channel)
        failure = value === undefined ? 'ENODEV' : undefined
        return value ?? Number.NaN
      } catch (error) {
        failure = errorCode(error)
        return Number.NaN
      }
    },
    error: () => (closed ? 'EBADF' : failure),
    close() {
      closed = true
    },
  }
}

/** Opens one channel of the chip's energy model. @throws koffi's error when IOReport cannot be had. */
export const openApple = (spec: SensorSpec): OpenSensor =>
  openChannel(spec, systemSession((spec.settings as unknown as AppleSettings).koffi))
