import { TimedRows } from './timed-rows.js'

/** Raw readings of one sensor in order of time; NaN where a read failed. */
export class ReadingSeries {
  readonly #rows = new TimedRows(1)

  get times(): readonly number[] {
    return this.#rows.times
  }

  get raws(): readonly number[] {
    return this.#rows.columns[0]!
  }

  add(time: number, raw: number): void {
    this.#rows.add(time, [raw])
  }

  /** Leaves out readings by their places. */
  drop(places: ReadonlySet<number>): void {
    if (places.size > 0) this.#rows.drop(place => places.has(place))
  }

  /**
   * Leaves out good readings before `before` that follow the last one kept by less than `stepNs`.
   *
   * @param edges Instants at which windows began or ended, ascending: their energy stands on readings there.
   */
  thin(before: number, stepNs: number, edges: readonly number[]): void {
    const { times, raws } = this
    let edge = 0
    this.#rows.drop((place, lastKept) => {
      const time = times[place]!
      if (lastKept < 0 || time >= before || time - times[lastKept]! >= stepNs) return false
      while (edge < edges.length && edges[edge]! < time) edge++
      return edges[edge] !== time && !Number.isNaN(raws[place])
    })
  }
}
