import type { DeviceUseReading, TickEntry, UsageSample } from '../journal/entry.js'
import type { OpenSensor } from '../sensors/sensor.js'
import type { UsageReading, UsageSource } from '../sensors/usage/usage.js'

/** A monotonic clock: nanoseconds since the run began. */
export type RunClock = () => number

/** Rounds are no further apart than this. */
const LONGEST_INTERVAL_MS = 30_000

/**
 * Time between two rounds, whatever interval is asked for: a register of 32 bits wraps within minutes, and Intel's GPU
 * driver counts only while somebody reads.
 */
export const roundIntervalMs = (intervalMs: number): number => Math.min(intervalMs, LONGEST_INTERVAL_MS)

/** Reads all sensors now. `sensors` has one place per sensor that is read at all; an unopened one reads null. */
export const readTick = (
  clock: RunClock,
  sensors: readonly (OpenSensor | undefined)[],
  usage: Pick<UsageSource, 'read'> | undefined,
): TickEntry => {
  const t = clock()
  const r = sensors.map(sensor => rawOf(sensor))
  const reading = usage?.read()
  const { ours, all } = reading?.activeProcesses ?? {}
  return {
    type: 'tick',
    t,
    r,
    u: reading ? sampleOf(reading) : null,
    ...(reading?.cgroup && { g: reading.cgroup }),
    ...(ours !== undefined && all !== undefined && { p: [ours, all] as const }),
    ...(reading?.residentBytes !== undefined && { k: reading.residentBytes }),
    ...readDevices(sensors),
  }
}

const sampleOf = (reading: UsageReading): UsageSample => {
  const { busySeconds, capacitySeconds, treeSeconds, childrenSeconds } = reading
  return childrenSeconds === undefined
    ? [busySeconds, capacitySeconds, treeSeconds]
    : [busySeconds, capacitySeconds, treeSeconds, childrenSeconds]
}

const readDevices = (sensors: readonly (OpenSensor | undefined)[]): Pick<TickEntry, 'b' | 'd'> => {
  let uses: Record<string, DeviceUseReading> | undefined
  let percents: Record<string, number> | undefined
  for (const sensor of sensors) {
    const use = sensor?.use?.()
    if (!sensor || !use) continue
    const { ours, others, unknown, busy, ourWork, allWork, busyPercent } = use
    const flag = busy === undefined ? null : busy ? 1 : 0
    uses ??= {}
    uses[sensor.spec.device] = [ours, others, unknown, flag, ourWork, allWork]
    if (busyPercent === undefined) continue
    percents ??= {}
    percents[sensor.spec.device] = busyPercent
  }
  return { ...(percents && { b: percents }), ...(uses && { d: uses }) }
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
  /**
   * Asks for a round now, because a window has an edge here, and waits for it at most `timeoutMs`. Does nothing where
   * the caller's own thread can read everything, unless `always`: descendants are followed by one thread only.
   */
  readNow(timeoutMs: number, always?: boolean): void
  /** Ends sampling; resolves when the last entry is in the journal, at the latest after `timeoutMs`. Never rejects. */
  stop(timeoutMs: number): Promise<void>
  /** The same, synchronously, for exit handlers. */
  stopNow(timeoutMs: number): void
}
