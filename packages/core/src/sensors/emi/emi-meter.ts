import { loadKoffi } from '../koffi.js'
import { bindEmi } from './bind-emi.js'
import type { Emi } from './emi.js'
import { type EmiChannel, emiChannels, emiEnergy } from './emi-metadata.js'

/** A device's channels come with one question: the sensors of a round share its answer. */
const SHARED_MS = 5

/** One open device and its channels. */
export interface EmiMeter {
  readonly channels: readonly EmiChannel[]
  /** Picowatt-hours. @throws when the driver does not answer. */
  energy(channel: number): number
  close(): void
}

/** @throws when the device cannot be opened, or does not say what it measures. */
export const openMeterDevice = (
  emi: Emi,
  path: string,
  now: () => number = () => performance.now(),
): EmiMeter => {
  const device = emi.open(path)
  let channels: readonly EmiChannel[]
  try {
    channels = emiChannels(device.version, device.metadata())
  } catch (error) {
    device.close()
    throw error
  }
  const count = Math.max(0, ...channels.map(({ index }) => index + 1))
  let measuredAt = Number.NEGATIVE_INFINITY
  let measurement: Buffer = Buffer.alloc(0)
  return {
    channels,
    energy(channel) {
      if (now() - measuredAt > SHARED_MS) {
        measurement = device.measurement(count)
        measuredAt = now()
      }
      return emiEnergy(measurement, channel)
    },
    close: device.close,
  }
}

let system: Emi | undefined

/** The system's interface, bound once per thread. @throws where it cannot be had. */
export const systemEmi = (koffi: string): Emi => {
  system ??= bindEmi(loadKoffi(koffi))
  return system
}
