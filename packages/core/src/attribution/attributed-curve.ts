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
    this.times.push(time)
    for (const column of COLUMNS) {
      const values = this.#columns[column]
      values.push(values[last]! + amounts[column])
    }
  }

  /** Attributed energy of a span. Time outside the curve is unobserved. */
  between(from: number, to: number): AttributedSpan {
    const first = lastIndexAt(this.times, from)
    const last = lastIndexAt(this.times, to)
    const outside = secondsOutside(this.times, from, to)
    const span = {} as Record<Column, number>
    for (const column of COLUMNS) {
      const values = this.#columns[column]
      span[column] = valueAt(this.times, values, to, last) - valueAt(this.times, values, from, first)
    }
    span.unobserved += outside
    // Nothing bounds unobserved energy but what the hardware can draw.
    span.high += outside * (this.spec.maxPowerWatts ?? 0)
    return span
  }
}
