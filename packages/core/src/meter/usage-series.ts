import type { UsageSample } from '../journal/entry.js'
import { lastIndexAt, valueAt } from './time-axis.js'
import { TimedRows } from './timed-rows.js'

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

/** Descendants' part of a reading whose reader does not follow them, and of one that does not tell them apart. */
const NOT_FOLLOWED = Number.NaN
const NOT_TOLD_APART = Number.POSITIVE_INFINITY

/** Readings of processor time in order, merged into intervals long enough to mean something. */
export class UsageSeries {
  readonly #rows = new TimedRows(4)

  add(time: number, [busy, capacity, tree, descendants = NOT_TOLD_APART]: UsageSample): void {
    this.#rows.add(time, [busy, capacity, tree, descendants ?? NOT_FOLLOWED])
  }

  /** Leaves out readings before `before` that follow the last one kept by less than `stepNs`. */
  thin(before: number, stepNs: number): void {
    const { times, columns } = this.#rows
    const isFollowed = (place: number): boolean => !Number.isNaN(columns[3]![place])
    this.#rows.drop((place, lastKept) => {
      const isClose = lastKept >= 0 && times[place]! < before && times[place]! - times[lastKept]! < stepNs
      // One that knows of descendants is not given up for one that does not.
      return isClose && (!isFollowed(place) || isFollowed(lastKept))
    })
  }

  /**
   * CPU time of the tree at each reading. Descendants are followed by one thread; to the readings of others what they
   * used is added, in between from one reading of that thread to the next.
   */
  #treeSeconds(): readonly number[] {
    const { times, columns } = this.#rows
    const [, , tree, descendants] = columns
    if (!descendants!.some(Number.isNaN)) return tree!
    const known: { times: number[]; seconds: number[] } = { times: [], seconds: [] }
    for (const [place, seconds] of descendants!.entries()) {
      if (!Number.isFinite(seconds)) continue
      known.times.push(times[place]!)
      known.seconds.push(seconds)
    }
    return tree!.map((seconds, place) => {
      if (!Number.isNaN(descendants![place])) return seconds
      const time = times[place]!
      return seconds + valueAt(known.times, known.seconds, time, lastIndexAt(known.times, time))
    })
  }

  /** Gapless intervals from the first reading to the last, made while they are gone through. */
  intervals(): Iterable<UsageInterval> {
    const tree = this.#treeSeconds()
    return { [Symbol.iterator]: () => this.#walk(tree) }
  }

  *#walk(tree: readonly number[]): Generator<UsageInterval> {
    const { times, columns } = this.#rows
    const [busy, capacity] = columns
    const last = times.length - 1
    let from = 0
    for (let to = 1; to <= last; to++) {
      const wide = times[to]! - times[from]! >= SHORTEST_NS
      // The stump before the last reading joins its neighbour rather than standing alone.
      const stump = times[last]! - times[to]! < SHORTEST_NS
      if (to !== last && (!wide || stump)) continue
      if (times[to]! <= times[from]!) continue
      const capacitySeconds = Math.max(0, capacity![to]! - capacity![from]!)
      yield {
        from: times[from]!,
        to: times[to]!,
        busySeconds: Math.min(Math.max(0, busy![to]! - busy![from]!), capacitySeconds),
        capacitySeconds,
        treeSeconds: Math.max(0, tree[to]! - tree[from]!),
      }
      from = to
    }
  }
}
