import { clockChange } from '../../sampler/clock-watch.js'

/** Clocks at one instant, milliseconds: that of the calendar, and the time since the machine booted, sleep included. */
export interface ClockReading {
  readonly wallMs: number
  readonly uptimeMs: number
}

interface Reading extends ClockReading {
  readonly t: number
}

/**
 * Turns wall-clock time into run time. The two part when the machine sleeps or its clock is set, so both are read
 * again and again. What lies between two readings is placed between them: a night of sleep never moves what was before
 * it. A clock that was set is believed from then on, for what is past as well: one sets a clock because it was wrong.
 */
export class WallAxis {
  #readings: readonly Reading[]

  /** @param start The clocks when the run began. */
  constructor(start: ClockReading) {
    this.#readings = [{ ...start, t: 0 }]
  }

  /** When the run began, by the clock as it is now. */
  get startedAtMs(): number {
    return this.#readings[0]!.wallMs
  }

  /** The clocks at an instant of the run. Returns whether the wall clock was set since the last time. */
  read({ wallMs, uptimeMs }: ClockReading, t: number): boolean {
    const last = this.#readings.at(-1)!
    const runMs = (t - last.t) / 1e6
    const { steppedMs } = clockChange(wallMs - last.wallMs - runMs, uptimeMs - last.uptimeMs - runMs)
    if (steppedMs !== 0) {
      this.#readings = this.#readings.map(reading => ({ ...reading, wallMs: reading.wallMs + steppedMs }))
    }
    if (wallMs > this.#readings.at(-1)!.wallMs && t >= last.t) {
      this.#readings = [...this.#readings, { wallMs, uptimeMs, t }]
    }
    return steppedMs !== 0
  }

  /** Nanoseconds since the run began; 0 for what was before. */
  toRun(wallMs: number): number {
    const after = this.#readings.findIndex(reading => reading.wallMs >= wallMs)
    if (after === 0) return 0
    const last = this.#readings.at(-1)!
    if (after === -1) return Math.round(last.t + (wallMs - last.wallMs) * 1e6)
    const from = this.#readings[after - 1]!
    const to = this.#readings[after]!
    const share = (wallMs - from.wallMs) / (to.wallMs - from.wallMs)
    return Math.round(from.t + share * (to.t - from.t))
  }
}
