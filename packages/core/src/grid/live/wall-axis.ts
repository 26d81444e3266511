interface Reading {
  readonly wallMs: number
  readonly t: number
}

/**
 * Turns wall-clock time into run time. The two part when the machine sleeps or its clock is set, so both are read
 * again and again, and what lies between two readings is placed between them: a night of sleep never moves what was
 * before it.
 */
export class WallAxis {
  readonly #readings: Reading[]

  constructor(startedAtMs: number) {
    this.#readings = [{ wallMs: startedAtMs, t: 0 }]
  }

  /** Both clocks at one instant. */
  read(wallMs: number, t: number): void {
    const last = this.#readings.at(-1)!
    // A clock that was set back: what it showed before cannot be told apart from what it shows now.
    if (wallMs > last.wallMs && t >= last.t) this.#readings.push({ wallMs, t })
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
