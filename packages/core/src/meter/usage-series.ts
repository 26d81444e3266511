import type { UsageSample } from '../journal/entry.js'
import { lastIndexAt, valueAt } from './time-axis.js'

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
  readonly #readings: UsageSample[] = []

  add(time: number, reading: UsageSample): void {
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
      const reading = this.#readings[i]!
      // One that knows of descendants is not given up for one that does not.
      const isSpare = i > 0 && time < before && (reading[3] === null || this.#readings[kept - 1]![3] !== null)
      if (isSpare && time - this.#times[kept - 1]! < stepNs) continue
      this.#times[kept] = time
      this.#readings[kept] = reading
      kept++
    }
    this.#times.length = kept
    this.#readings.length = kept
  }

  /**
   * CPU time of the tree at each reading. Descendants are followed by one thread; to the readings of others what they
   * used is added, in between from one reading of that thread to the next.
   */
  #treeSeconds(): number[] {
    const known = [...this.#readings.entries()].filter(([, reading]) => typeof reading[3] === 'number')
    const times = known.map(([place]) => this.#times[place]!)
    const descendants = known.map(([, reading]) => reading[3]!)
    return this.#readings.map((reading, place) => {
      if (reading[3] !== null) return reading[2]
      const time = this.#times[place]!
      return reading[2] + valueAt(times, descendants, time, lastIndexAt(times, time))
    })
  }

  /** Gapless intervals from the first reading to the last. */
  intervals(): UsageInterval[] {
    const intervals: UsageInterval[] = []
    const tree = this.#treeSeconds()
    const last = this.#times.length - 1
    let from = 0
    for (let to = 1; to <= last; to++) {
      const wide = this.#times[to]! - this.#times[from]! >= SHORTEST_NS
      // The stump before the last reading joins its neighbour rather than standing alone.
      const stump = this.#times[last]! - this.#times[to]! < SHORTEST_NS
      if (to !== last && (!wide || stump)) continue
      if (this.#times[to]! <= this.#times[from]!) continue
      const [busy0, capacity0] = this.#readings[from]!
      const [busy1, capacity1] = this.#readings[to]!
      const capacitySeconds = Math.max(0, capacity1 - capacity0)
      const busySeconds = Math.min(Math.max(0, busy1 - busy0), capacitySeconds)
      intervals.push({
        from: this.#times[from]!,
        to: this.#times[to]!,
        busySeconds,
        capacitySeconds,
        treeSeconds: Math.max(0, tree[to]! - tree[from]!),
      })
      from = to
    }
    return intervals
  }
}
