import type { ProbeResult, SensorSpec } from '../sensors/sensor.js'
import type { JournalEntry, RunEntry, SensorsEntry } from './entry.js'

/** Paths and identities of this machine stay on it. */
export const withoutSettings = ({ settings: _, ...spec }: SensorSpec): SensorSpec => spec

export const sensorsEntry = (
  t: number,
  { sensors, unavailable }: Pick<ProbeResult, 'sensors' | 'unavailable'>,
): SensorsEntry => ({ type: 'sensors', t, sensors: sensors.map(withoutSettings), unavailable })

/**
 * The header of a run with the sensors that were found only after its start. What has not answered is unavailable so
 * far.
 */
export const withLateSensors = (run: RunEntry, entries: readonly JournalEntry[]): RunEntry => {
  const late = entries.find((entry): entry is SensorsEntry => entry.type === 'sensors')
  return {
    ...run,
    sensors: [...run.sensors, ...(late?.sensors ?? [])],
    unavailable: [...run.unavailable, ...(late ? late.unavailable : (run.pending ?? []))],
  }
}
