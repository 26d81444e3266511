import { lastIndexAt, secondsOutside } from '../meter/time-axis.js'
import type { SensorSpec } from '../sensors/sensor.js'

/** What one sensor contributes to a span: the machine's energy, the run's share of it and its bounds; joules. */
export interface AttributedSpan {
  readonly machine: number
  readonly dynamic: number
  readonly static: number
  readonly low: number
  readonly high: number
  /** Seconds. */
  readonly unobserved: number
}

/** Places of the cumulative sums in a row, and its width. */
const MACHINE = 0
const DYNAMIC = 1
const STATIC = 2
const LOW = 3
const HIGH = 4
const UNOBSERVED = 5
const WIDTH = 6

/**
 * The run's share of one sensor's E(t): several cumulative sums over one time axis, all linear between points, so
 * that any window is a difference and parts add up exactly.
 */
export class AttributedCurve {
  readonly spec: SensorSpec
  readonly times: number[] = []
  /** One row a point, in one piece: a week has a million. */
  #sums: Float64Array

  /** @param points How many are to be expected. */
  constructor(spec: SensorSpec, time: number, points: number) {
    this.spec = spec
    this.#sums = new Float64Array(points * WIDTH)
    this.times.push(time)
  }

  /** What the stretch up to `time` adds, one by one: a million objects would take longer than the rest. */
  extend(
    time: number,
    machine: number,
    dynamic: number,
    idle: number,
    low: number,
    high: number,
    unobserved: number,
  ): void {
    const row = this.times.length * WIDTH
    if (row === this.#sums.length) {
      const grown = new Float64Array(row + Math.ceil(this.times.length / 4) * WIDTH)
      grown.set(this.#sums)
      this.#sums = grown
    }
    const sums = this.#sums
    const last = row - WIDTH
    this.times.push(time)
    sums[row + MACHINE] = sums[last + MACHINE]! + machine
    sums[row + DYNAMIC] = sums[last + DYNAMIC]! + dynamic
    sums[row + STATIC] = sums[last + STATIC]! + idle
    sums[row + LOW] = sums[last + LOW]! + low
    sums[row + HIGH] = sums[last + HIGH]! + high
    sums[row + UNOBSERVED] = sums[last + UNOBSERVED]! + unobserved
  }

  /** A sum at an instant, linear between points, flat outside. `place` is that of `lastIndexAt`. */
  #sumAt(sum: number, time: number, place: number): number {
    if (place < 0) return this.#sums[sum]!
    const value = this.#sums[place * WIDTH + sum]!
    if (place + 1 >= this.times.length) return value
    const from = this.times[place]!
    const share = (time - from) / (this.times[place + 1]! - from)
    return value + (this.#sums[(place + 1) * WIDTH + sum]! - value) * share
  }

  /** Attributed energy from the beginning to each of many instants, which must not descend; joules. */
  attributedAt(instants: Float64Array): Float64Array {
    const sums = new Float64Array(instants.length)
    let place = -1
    for (let i = 0; i < instants.length; i++) {
      const instant = instants[i]!
      while (place + 1 < this.times.length && this.times[place + 1]! <= instant) place++
      sums[i] = this.#sumAt(DYNAMIC, instant, place) + this.#sumAt(STATIC, instant, place)
    }
    return sums
  }

  /** Attributed energy of a span. Time outside the curve is unobserved. */
  between(from: number, to: number): AttributedSpan {
    const first = lastIndexAt(this.times, from)
    const last = lastIndexAt(this.times, to)
    const gain = (sum: number): number => this.#sumAt(sum, to, last) - this.#sumAt(sum, from, first)
    const outside = secondsOutside(this.times, from, to)
    return {
      machine: gain(MACHINE),
      dynamic: gain(DYNAMIC),
      static: gain(STATIC),
      low: gain(LOW),
      // Nothing bounds unobserved energy but what the hardware can draw.
      high: gain(HIGH) + outside * (this.spec.maxPowerWatts ?? 0),
      unobserved: gain(UNOBSERVED) + outside,
    }
  }
}
