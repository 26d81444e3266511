import type { JournalEntry } from '../journal/entry.js'
import type { OpenSensor } from '../sensors/sensor.js'
import type { UsageSource } from '../sensors/usage/usage.js'
import { ClockWatch } from './clock-watch.js'
import { type RunClock, readTick, roundIntervalMs, type Sampler } from './sampler.js'

/** Samples on the caller's thread, where threads are forbidden or failed. A blocked event loop delays its rounds. */
export const startInlineSampler = (
  write: (entry: JournalEntry) => void,
  clock: RunClock,
  sensors: readonly (OpenSensor | undefined)[],
  usage: UsageSource | undefined,
  intervalMs: number,
): Sampler => {
  let ticks = 0
  const clocks = new ClockWatch(clock)
  const timer = setInterval(() => {
    const change = clocks.look()
    if (change) write(change)
    write(readTick(clock, sensors, usage))
    ticks++
  }, roundIntervalMs(intervalMs))
  timer.unref()
  const stopNow = (): void => clearInterval(timer)
  return { kind: 'inline', ticks: () => ticks, readNow: () => {}, stop: async () => stopNow(), stopNow }
}
