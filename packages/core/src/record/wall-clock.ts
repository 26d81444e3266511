import type { ClockEntry, RunEntry } from '../journal/entry.js'

/** Part of a run throughout which the machine was awake. */
export interface AwakeStretch {
  /** Nanoseconds since the run began. */
  readonly from: number
  readonly to: number
  /** Wall clock at `from`, milliseconds since 1970. */
  readonly fromMs: number
}

/**
 * The time of day of a run's instants: that of its start, carried on by the clock that nobody can set, and by the time
 * that the machine slept. What somebody set the machine's clock to meanwhile does not count.
 */
export class WallClock {
  readonly #startMs: number
  readonly #sleeps: ClockEntry[] = []

  /** @param entries In the order of time. */
  constructor({ startedAt }: Pick<RunEntry, 'startedAt'>, entries: readonly ClockEntry[] = []) {
    this.#startMs = Date.parse(startedAt)
    for (const entry of entries) this.add(entry)
  }

  /** Later than those before. */
  add(entry: ClockEntry): void {
    if (entry.sleptMs > 0) this.#sleeps.push(entry)
  }

  /** Milliseconds since 1970. */
  at(t: number): number {
    const slept = this.#sleeps.reduce((sum, sleep) => (sleep.t <= t ? sum + sleep.sleptMs : sum), 0)
    return this.#startMs + slept + t / 1e6
  }

  /** The run up to `end`, cut where the machine slept. */
  awake(end: number): readonly AwakeStretch[] {
    const cuts = this.#sleeps.map(({ t }) => t).filter(t => t > 0 && t < end)
    return [0, ...cuts].map((from, index) => ({ from, to: cuts[index] ?? end, fromMs: this.at(from) }))
  }
}
