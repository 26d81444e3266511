import type { TickEntry } from '../journal/entry.js'
import type { OpenSensor } from '../sensors/sensor.js'
import type { UsageSource } from '../sensors/usage/usage.js'

/** A monotonic clock: nanoseconds since the run began. */
export type RunClock = () => number

/** Reads all sensors now. `sensors` has one place per sensor that is read at all; an unopened one reads null. */
export const readTick = (
  clock: RunClock,
  sensors: readonly (OpenSensor | undefined)[],
  usage: UsageSource | undefined,
): TickEntry => {
  const t = clock()
  const r = sensors.map(sensor => rawOf(sensor))
  const reading = usage?.read()
  const u = reading ? ([reading.busySeconds, reading.capacitySeconds, reading.treeSeconds] as const) : null
  return { type: 'tick', t, r, u }
}

/** JSON knows no NaN: an unreadable value is null. */
export const rawOf = (sensor: OpenSensor | undefined): number | null => {
  const raw = sensor?.read()
  return raw === undefined || Number.isNaN(raw) ? null : raw
}

/** Reads the sensors at a steady pace and journals what they say, on whatever thread it runs. */
export interface Sampler {
  readonly kind: 'worker' | 'inline'
  /** Rounds so far. */
  ticks(): number
  /** Ends sampling; resolves when the last entry is in the journal, at the latest after `timeoutMs`. Never rejects. */
  stop(timeoutMs: number): Promise<void>
  /** The same, synchronously, for exit handlers. */
  stopNow(timeoutMs: number): void
}
