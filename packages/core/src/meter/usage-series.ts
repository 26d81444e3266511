/** What a stretch of time looked like to the processor. */
export interface UsageInterval {
  readonly from: number
  readonly to: number
  readonly busySeconds: number
  readonly capacitySeconds: number
  readonly treeSeconds: number
}

/**
 * The kernel counts processor time in ticks of 10 ms: over a shorter stretch a utilisation is mostly rounding, and a
 * curved power model turns that noise into bias.
 */
const SHORTEST_NS = 100e6

/** Readings of processor time in order, merged into intervals long enough to mean something. */
export class UsageSeries {
  readonly #times: number[] = []
  readonly #readings: (readonly [number, number, number])[] = []

  add(time: number, reading: readonly [number, number, number]): void {
    let place = this.#times.length
    while (place > 0 && this.#times[place - 1]! > time) place--
    this.#times.splice(place, 0, time)
    this.#readings.splice(place, 0, reading)
  }

  /** Leaves out readings before `before` that follow the last one kept by less than `stepNs`. */
  thin(before: number, stepNs: number): void {
    let kept = 0
    for (let i = 0; i < this.#times.length; i++) {
      const time = this.#times[i]!
      if (i > 0 && time < before && time - this.#times[kept - 1]! < stepNs) continue
      this.#times[kept] = time
      this.#readings[kept] = this.#readings[i]!
      kept++
    }
    this.#times.length = kept
    this.#readings.length = kept
  }

  /** Gapless intervals from the first reading to the last. */
  intervals(): UsageInterval[] {
    const intervals: UsageInterval[] = []
    const last = this.#times.length - 1
    let from = 0
    for (let to = 1; to <= last; to++) {
      const wide = this.#times[to]! - this.#times[from]! >= SHORTEST_NS
      // The stump before the last reading joins its neighbour rather than standing alone.
      const stump = this.#times[last]! - this.#times[to]! < SHORTEST_NS
      if (to !== last && (!wide || stump)) continue
      if (this.#times[to]! <= this.#times[from]!) continue
      const [busy0, capacity0, tree0] = this.#readings[from]!
      const [busy1, capacity1, tree1] = this.#readings[to]!
      const capacitySeconds = Math.max(0, capacity1 - capacity0)
      const busySeconds = Math.min(Math.max(0, busy1 - busy0), capacitySeconds)
      intervals.push({
        from: this.#times[from]!,
        to: this.#times[to]!,
        busySeconds,
        capacitySeconds,
        treeSeconds: Math.max(0, tree1 - tree0),
      })
      from = to
    }
    return intervals
  }
}
