import { lastIndexAt, secondsOutside, valueAt } from './time-axis.js'

/** Energy and unobserved time between two instants. */
export interface CurveSpan {
  readonly joules: number
  /** Seconds of the span in which the sensor was not observed. */
  readonly unobservedSeconds: number
}

/**
 * E(t) of one sensor: cumulative joules over monotonic time, linear between points. Energy of any window is a
 * difference of two values, so windows may nest and overlap and their parts always add up.
 *
 * Beside the joules runs the cumulative time in which nothing was observed; outside its points the curve is flat and
 * wholly unobserved.
 */
export class EnergyCurve {
  /** Nanoseconds, strictly ascending. */
  readonly times: number[] = []
  readonly joules: number[] = []
  readonly unobserved: number[] = []

  /** First point, at which the curve is 0. */
  start(time: number): void {
    this.times.push(time)
    this.joules.push(0)
    this.unobserved.push(0)
  }

  /** Next point. `observedShare` of the time since the last one was seen by the sensor. */
  extend(time: number, joules: number, observedShare: number): void {
    const last = this.times.length - 1
    const since = time - this.times[last]!
    if (since <= 0) {
      // The clock's own resolution: the energy belongs to the same instant.
      this.joules[last] = this.joules[last]! + joules
      return
    }
    this.times.push(time)
    this.joules.push(this.joules[last]! + joules)
    this.unobserved.push(this.unobserved[last]! + (since / 1e9) * (1 - observedShare))
  }

  get isEmpty(): boolean {
    return this.times.length === 0
  }

  between(from: number, to: number): CurveSpan {
    const first = lastIndexAt(this.times, from)
    const last = lastIndexAt(this.times, to)
    const difference = (column: readonly number[]): number =>
      valueAt(this.times, column, to, last) - valueAt(this.times, column, from, first)
    return {
      joules: difference(this.joules),
      unobservedSeconds: difference(this.unobserved) + secondsOutside(this.times, from, to),
    }
  }
}
