import { lastIndexAt, secondsOutside, valueAt } from '../meter/time-axis.js'
import type { SensorSpec } from '../sensors/sensor.js'

/** Cumulative columns of one sensor's energy after attribution, joules except `unobserved` (seconds). */
const COLUMNS = ['machine', 'dynamic', 'static', 'low', 'high', 'unobserved'] as const
export type Column = (typeof COLUMNS)[number]

/** What one sensor contributes to a span: the machine's energy, the run's share of it and its bounds. */
export type AttributedSpan = Readonly<Record<Column, number>>

/**
 * The run's share of one sensor's E(t): several cumulative columns over one time axis, all linear between points, so
 * that any window is a difference and parts add up exactly.
 */
export class AttributedCurve {
  readonly spec: SensorSpec
  readonly times: number[] = []
  readonly #columns: Record<Column, number[]> = {
    machine: [],
    dynamic: [],
    static: [],
    low: [],
    high: [],
    unobserved: [],
  }

  constructor(spec: SensorSpec, time: number) {
    this.spec = spec
    this.times.push(time)
    for (const column of COLUMNS) this.#columns[column].push(0)
  }

  extend(time: number, amounts: AttributedSpan): void {
    const last = this.times.length - 1
    const { machine, dynamic, static: idle, low, high, unobserved } = this.#columns
    this.times.push(time)
    // One by one: a loop over names takes most of the time of a record of days.
    machine.push(machine[last]! + amounts.machine)
    dynamic.push(dynamic[last]! + amounts.dynamic)
    idle.push(idle[last]! + amounts.static)
    low.push(low[last]! + amounts.low)
    high.push(high[last]! + amounts.high)
    unobserved.push(unobserved[last]! + amounts.unobserved)
  }

  /** Attributed energy from the beginning to each of many instants, which must not descend; joules. */
  attributedAt(instants: Float64Array): Float64Array {
    const sums = new Float64Array(instants.length)
    let place = -1
    for (let i = 0; i < instants.length; i++) {
      const instant = instants[i]!
      while (place + 1 < this.times.length && this.times[place + 1]! <= instant) place++
      sums[i] =
        valueAt(this.times, this.#columns.dynamic, instant, place) +
        valueAt(this.times, this.#columns.static, instant, place)
    }
    return sums
  }

  /** Attributed energy of a span. Time outside the curve is unobserved. */
  between(from: number, to: number): AttributedSpan {
    const { times } = this
    const { machine, dynamic, static: idle, low, high, unobserved } = this.#columns
    const first = lastIndexAt(times, from)
    const last = lastIndexAt(times, to)
    const outside = secondsOutside(times, from, to)
    const gain = (values: readonly number[]): number =>
      valueAt(times, values, to, last) - valueAt(times, values, from, first)
    return {
      machine: gain(machine),
      dynamic: gain(dynamic),
      static: gain(idle),
      low: gain(low),
      // Nothing bounds unobserved energy but what the hardware can draw.
      high: gain(high) + outside * (this.spec.maxPowerWatts ?? 0),
      unobserved: gain(unobserved) + outside,
    }
  }
}
