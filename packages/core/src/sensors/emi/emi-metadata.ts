/** One channel of a device. */
export interface EmiChannel {
  readonly name: string
  /** Its place in the device's measurements. */
  readonly index: number
}

/** The only unit that there is, `EmiMeasurementUnitPicowattHours`. */
const PICOWATT_HOURS = 0

/** `EMI_METADATA_V1`: unit 0, maker 4, model 36, revision 68, size of the name 70, name 72. */
const V1 = { unitAt: 0, nameSizeAt: 70, nameAt: 72 } as const

/** `EMI_METADATA_V2`: maker 0, model 32, revision 64, number of channels 66, channels 68. */
const V2 = { countAt: 66, channelsAt: 68 } as const

/** `EMI_CHANNEL_V2`: unit 0, size of the name 4, name 6. The next one follows without a gap. */
const CHANNEL = { unitAt: 0, nameSizeAt: 4, nameAt: 6 } as const

/** Sizes are in bytes and count the zero at the end. */
const nameIn = (buffer: Buffer, from: number, bytes: number): string =>
  buffer.toString('utf16le', from, Math.min(buffer.length, from + bytes)).replace(/\0.*$/s, '')

/**
 * The channels of a metering device. Nothing for a form that is not known; a buffer that ends too soon gives those
 * channels that are whole.
 */
export const emiChannels = (version: number, metadata: Buffer): EmiChannel[] => {
  if (version === 1) {
    if (metadata.length < V1.nameAt || metadata.readInt32LE(V1.unitAt) !== PICOWATT_HOURS) return []
    return [{ name: nameIn(metadata, V1.nameAt, metadata.readUInt16LE(V1.nameSizeAt)), index: 0 }]
  }
  if (version !== 2 || metadata.length < V2.channelsAt) return []
  const channels: EmiChannel[] = []
  let at: number = V2.channelsAt
  for (let index = 0; index < metadata.readUInt16LE(V2.countAt); index++) {
    if (at + CHANNEL.nameAt > metadata.length) break
    const bytes = metadata.readUInt16LE(at + CHANNEL.nameSizeAt)
    if (metadata.readInt32LE(at + CHANNEL.unitAt) === PICOWATT_HOURS) {
      channels.push({ name: nameIn(metadata, at + CHANNEL.nameAt, bytes), index })
    }
    at += CHANNEL.nameAt + bytes
  }
  return channels
}

/** `EMI_CHANNEL_MEASUREMENT_DATA`: energy 0, time in units of 100 ns 8. */
export const MEASUREMENT_BYTES = 16

/** Picowatt-hours of one channel: exact up to 2^53, which is 32 MJ, and beyond that to a few nanojoules. */
export const emiEnergy = (measurement: Buffer, channel: number): number => {
  const at = channel * MEASUREMENT_BYTES
  if (at + MEASUREMENT_BYTES > measurement.length) return Number.NaN
  return measurement.readUInt32LE(at + 4) * 2 ** 32 + measurement.readUInt32LE(at)
}
