import type { ProbeResult, SensorSpec } from '../sensors/sensor.js'
import type { JournalEntry, PlaceEntry, RunEntry, SensorsEntry } from './entry.js'

/** Paths and identities of this machine stay on it. */
export const withoutSettings = ({ settings: _, ...spec }: SensorSpec): SensorSpec => spec

export const sensorsEntry = (
  t: number,
  { sensors, unavailable }: Pick<ProbeResult, 'sensors' | 'unavailable'>,
): SensorsEntry => ({ type: 'sensors', t, sensors: sensors.map(withoutSettings), unavailable })

/** The header of a run whose place was learnt only after its start. */
export const withPlace = (run: RunEntry, { location, grid, pue, models }: PlaceEntry): RunEntry => ({
  ...run,
  location,
  grid,
  pue,
  sensors: [...run.sensors, ...models],
})

/**
 * The header of a run with what became known only after its start: sensors, and the place. What has not answered is
 * unavailable so far.
 */
export const withLateSensors = (run: RunEntry, entries: readonly JournalEntry[]): RunEntry => {
  const late = entries.find((entry): entry is SensorsEntry => entry.type === 'sensors')
  const place = entries.find((entry): entry is PlaceEntry => entry.type === 'place')
  const complete: RunEntry = {
    ...run,
    sensors: [...run.sensors, ...(late?.sensors ?? [])],
    unavailable: [...run.unavailable, ...(late ? late.unavailable : (run.pending ?? []))],
  }
  return place ? withPlace(complete, place) : complete
}
