import type { PowerEvent, WindowEvent } from '@epochwatt/core'
import { epochValues, type TrackedValues } from '@epochwatt/report/trackers'

/** An epoch that ended, with its index under the name of the step metric. Undefined for other windows. */
export const epochRow = (event: WindowEvent, stepMetric: string): TrackedValues | undefined => {
  const epoch = epochValues(event)
  return epoch && { ...epoch.values, [stepMetric]: epoch.index }
}

/**
 * Power now and the run so far, by time, for the section of system metrics. `system.powerWatts`, `cpu.powerWatts` and
 * `gpu.….powerWatts` are W&B's own names for what a machine was measured to draw, and are kept for that.
 */
export const powerValues = (event: PowerEvent): TrackedValues => {
  const { powerWatts, gpuPowerWatts, totals, scope } = event
  const isMeasured = scope === 'machine' && totals.energy_kwh?.tier === 'measured'
  const prefix = isMeasured ? '' : 'epochwatt.'
  const values: Readonly<Record<string, number | undefined>> = {
    [isMeasured ? 'system.powerWatts' : 'epochwatt.powerWatts']: powerWatts.total,
    [`${prefix}cpu.powerWatts`]: powerWatts.cpu,
    ...Object.fromEntries(gpuPowerWatts.map((watts, board) => [`${prefix}gpu.${board}.powerWatts`, watts])),
    'epochwatt.energyKwh': totals.energy_kwh?.value,
    'epochwatt.carbonGrams': totals.carbon_g?.value,
  }
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, number] => entry[1] !== undefined && Number.isFinite(entry[1]),
    ),
  )
}
