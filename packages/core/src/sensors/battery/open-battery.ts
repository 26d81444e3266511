import { openedSensor } from '../opened-sensor.js'
import type { OpenSensor, SensorSpec } from '../sensor.js'
import { batteryWattHours, batteryWatts, isDischarging, type Supplies } from './supplies.js'

/** What the opener needs. */
export interface BatterySettings extends Supplies {
  readonly reading: 'power' | 'energy'
}

/**
 * What is left is subtracted from this, so that the figure rises. So far above what batteries hold that one which was
 * charged meanwhile cannot look like a counter that began again at 0.
 */
const ORIGIN_WATT_HOURS = 1e6

const sumOf = (batteries: readonly string[], of: (directory: string) => number | undefined): number =>
  batteries.reduce((sum, directory) => sum + (of(directory) ?? Number.NaN), 0)

/**
 * Opens what all batteries of the machine give together: watts, or watt-hours given so far. `NaN` with `ENODATA` while
 * the machine runs from the mains, since what flows then says nothing of what it uses.
 *
 * Files are opened at each reading: batteries are refreshed every few seconds, and drivers take them in and out.
 */
export const openBattery = (spec: SensorSpec): OpenSensor => {
  const settings = spec.settings as unknown as BatterySettings
  return openedSensor(spec, {
    read: () => {
      if (!isDischarging(settings)) return 'ENODATA'
      const value =
        settings.reading === 'power'
          ? sumOf(settings.batteries, batteryWatts)
          : ORIGIN_WATT_HOURS - sumOf(settings.batteries, batteryWattHours)
      return value >= 0 ? value : 'EINVAL'
    },
  })
}
