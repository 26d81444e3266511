import type { DeviceUseReading } from '../journal/entry.js'

/** Who used a device during a stretch of time. */
export interface DeviceUseInterval {
  readonly from: number
  readonly to: number
  /** Processes that had the device open. */
  readonly ours: number
  readonly others: number
  readonly unknown: number
  /** No process, and nothing ran: what the device draws is its idle power. */
  readonly idle: boolean
  /** Work of the processes meanwhile, in arbitrary units. */
  readonly ourWork: number
  readonly allWork: number
}

const isIdle = ([ours, others, unknown, busy]: DeviceUseReading): boolean =>
  ours + others + unknown === 0 && busy === 0

/** Whether the same kinds of processes are there: how many does not matter for whose the device is. */
const isAlike = (a: DeviceUseReading, b: DeviceUseReading): boolean =>
  isIdle(a) === isIdle(b) && [0, 1, 2].every(place => a[place]! > 0 === b[place]! > 0)

/** Readings of a device's use in order of time. */
export class DeviceUseSeries {
  readonly #times: number[] = []
  readonly #readings: DeviceUseReading[] = []

  add(time: number, reading: DeviceUseReading): void {
    let place = this.#times.length
    while (place > 0 && this.#times[place - 1]! > time) place--
    this.#times.splice(place, 0, time)
    this.#readings.splice(place, 0, reading)
  }

  /**
   * Leaves out readings before `before` that follow the last one kept by less than `stepNs` and tell nothing new of
   * who is there. What each has worked is a sum: it is then shared over longer stretches.
   */
  thin(before: number, stepNs: number): void {
    let kept = 0
    for (const [i, reading] of this.#readings.entries()) {
      const time = this.#times[i]!
      const next = this.#readings[i + 1]
      const isClose = i > 0 && time < before && time - this.#times[kept - 1]! < stepNs
      if (isClose && next && isAlike(this.#readings[kept - 1]!, reading) && isAlike(reading, next)) continue
      this.#times[kept] = time
      this.#readings[kept] = reading
      kept++
    }
    this.#times.length = kept
    this.#readings.length = kept
  }

  /** Gapless intervals from the first reading to the last. */
  intervals(): DeviceUseInterval[] {
    const intervals: DeviceUseInterval[] = []
    for (let i = 1; i < this.#times.length; i++) {
      const before = this.#readings[i - 1]!
      const after = this.#readings[i]!
      // A process that ended meanwhile has used the device until then.
      const [ours, others, unknown] = before[0] > 0 && after[0] === 0 ? before : after
      intervals.push({
        from: this.#times[i - 1]!,
        to: this.#times[i]!,
        ours,
        others,
        unknown,
        idle: isIdle(before) && isIdle(after),
        ourWork: Math.max(0, after[4] - before[4]),
        allWork: Math.max(0, after[5] - before[5]),
      })
    }
    return intervals
  }
}
