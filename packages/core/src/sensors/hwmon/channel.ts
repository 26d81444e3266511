import type { SensorSpec } from '../sensor.js'
import type { Chip } from './chips.js'

/** What is read: one file, or the product of a voltage and a current. */
export type ChannelFiles =
  | { readonly file: string }
  | { readonly millivolts: string; readonly milliamperes: string }

/** One energy or power channel of a chip whose meaning is known. */
export interface Channel
  extends Pick<
    SensorSpec,
    | 'id'
    | 'domain'
    | 'device'
    | 'component'
    | 'covers'
    | 'contains'
    | 'kind'
    | 'band'
    | 'scale'
    | 'updatePeriodMs'
    | 'maxPowerWatts'
    | 'optIn'
  > {
  readonly chip: Chip
  readonly files: ChannelFiles
  /** What it measures, for the method's sentence. */
  readonly what: string
}

/** `hwmon/amdgpu@0000:03:00.0/power1`: the same after every boot. */
export const channelId = ({ name, address }: Chip, channel: string): string =>
  `hwmon/${name}@${address}/${channel.replaceAll(/[^\w.-]+/g, '-')}`

export const plusMinus = (share: number): SensorSpec['band'] => ({ low: 1 - share, high: 1 + share })
