import { lastIndexAt } from './time-axis.js'

/** Counts of processes at work in order of time. */
export class ActiveSeries {
  readonly #times: number[] = []
  readonly #counts: (readonly [ours: number, all: number])[] = []

  add(time: number, count: readonly [ours: number, all: number]): void {
    const place = lastIndexAt(this.#times, time) + 1
    this.#times.splice(place, 0, time)
    this.#counts.splice(place, 0, count)
  }

  get isEmpty(): boolean {
    return this.#times.length === 0
  }

  /**
   * Our share of the processes at work at an instant, by the count over the time that it lies in; after the last one by
   * that. Undefined when none was taken or nobody was at work.
   */
  shareAt(time: number): number | undefined {
    const next = Math.min(lastIndexAt(this.#times, time - 1) + 1, this.#times.length - 1)
    const [ours, all] = this.#counts[next] ?? [0, 0]
    return all > 0 ? ours / all : undefined
  }
}
