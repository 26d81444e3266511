import { openedSensor } from '../opened-sensor.js'
import type { OpenSensor, SensorSpec } from '../sensor.js'
import { type EnergySession, systemSession } from './energy-session.js'

export interface AppleSettings {
  /** Where koffi is. */
  readonly koffi: string
  readonly channel: string
}

export const openChannel = (spec: SensorSpec, session: EnergySession): OpenSensor => {
  const { channel } = spec.settings as unknown as AppleSettings
  return openedSensor(spec, { read: () => session.values().get(channel) ?? 'ENODEV' })
}

/** Opens one channel of the chip's energy model. @throws koffi's error when IOReport cannot be had. */
export const openApple = (spec: SensorSpec): OpenSensor =>
  openChannel(spec, systemSession((spec.settings as unknown as AppleSettings).koffi))
