import type { RunRecord, WindowEvent } from '@epochwatt/core'
import { epochValues, type TrackedValues } from '@epochwatt/report'

/** An epoch that ended, with its index under the name of the step metric. Undefined for other windows. */
export const epochRow = (event: WindowEvent, stepMetric: string): TrackedValues | undefined => {
  const epoch = epochValues(event)
  return epoch && { ...epoch.values, [stepMetric]: epoch.index }
}

/**
 * The name under which W&B draws the run's power over time. `system.powerWatts` is W&B's own name for what a whole
 * machine was measured to draw, and is kept for that.
 */
const powerName = ({ scope, energy }: RunRecord): string =>
  scope === 'machine' && energy.total_kwh?.tier === 'measured' ? 'system.powerWatts' : 'epochwatt.powerWatts'

/** Power over the run, by time, for the section of system metrics. */
export const powerEvents = (
  record: RunRecord,
): { readonly values: TrackedValues; readonly timestamp: Date }[] => {
  const { power, started_at } = record
  const began = Date.parse(started_at)
  const name = powerName(record)
  return power.t_s.map((seconds, i) => ({
    values: { [name]: power.mean_w[i]! },
    timestamp: new Date(Math.round(began + seconds * 1000)),
  }))
}
