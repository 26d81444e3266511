/** Raw readings of one sensor in order of time; NaN where a read failed. */
export class ReadingSeries {
  readonly times: number[] = []
  readonly raws: number[] = []
  /** Readings at the edge of a window, which its energy stands on. */
  readonly #edges: boolean[] = []

  /** Readings come from two threads, so one may arrive a little after a later one: it is put in its place. */
  add(time: number, raw: number, isEdge = false): void {
    let place = this.times.length
    while (place > 0 && this.times[place - 1]! > time) place--
    this.times.splice(place, 0, time)
    this.raws.splice(place, 0, raw)
    this.#edges.splice(place, 0, isEdge)
  }

  /** Leaves out readings by their places. */
  drop(places: ReadonlySet<number>): void {
    if (places.size === 0) return
    let kept = 0
    for (let i = 0; i < this.times.length; i++) {
      if (places.has(i)) continue
      this.times[kept] = this.times[i]!
      this.raws[kept] = this.raws[i]!
      this.#edges[kept] = this.#edges[i]!
      kept++
    }
    this.times.length = kept
    this.raws.length = kept
    this.#edges.length = kept
  }

  /** Leaves out good readings before `before` that follow the last one kept by less than `stepNs`. */
  thin(before: number, stepNs: number): void {
    let kept = 0
    for (let i = 0; i < this.times.length; i++) {
      const time = this.times[i]!
      const isSpare = i > 0 && time < before && !this.#edges[i] && !Number.isNaN(this.raws[i])
      if (isSpare && time - this.times[kept - 1]! < stepNs) continue
      this.times[kept] = time
      this.raws[kept] = this.raws[i]!
      this.#edges[kept] = this.#edges[i]!
      kept++
    }
    this.times.length = kept
    this.raws.length = kept
    this.#edges.length = kept
  }
}
