import { lastIndexAt } from './time-axis.js'
import { TimedRows } from './timed-rows.js'

/** Counts of processes at work in order of time. */
export class ActiveSeries {
  readonly #rows = new TimedRows(2)

  add(time: number, count: readonly [ours: number, all: number]): void {
    this.#rows.add(time, count)
  }

  /** Leaves out counts before `before` that follow the last one kept by less than `stepNs`. */
  thin(before: number, stepNs: number): void {
    const { times } = this.#rows
    this.#rows.drop(
      (place, lastKept) =>
        lastKept >= 0 && times[place]! < before && times[place]! - times[lastKept]! < stepNs,
    )
  }

  get isEmpty(): boolean {
    return this.#rows.length === 0
  }

  /**
   * Our share of the processes at work at an instant, by the count over the time that it lies in; after the last one by
   * that. Undefined when none was taken or nobody was at work.
   */
  shareAt(time: number): number | undefined {
    const { times, columns, length } = this.#rows
    const next = Math.min(lastIndexAt(times, time - 1) + 1, length - 1)
    const [ours, all] = columns.map(column => column[next] ?? 0)
    return all! > 0 ? ours! / all! : undefined
  }
}
