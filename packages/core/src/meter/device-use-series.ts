import type { DeviceUseReading } from '../journal/entry.js'
import { TimedRows } from './timed-rows.js'

/** Who used a device during a stretch of time. */
export interface DeviceUseInterval {
  readonly from: number
  readonly to: number
  /** Processes that had the device open. */
  readonly ours: number
  readonly others: number
  readonly unknown: number
  /** No process, and nothing ran: what the device draws is its idle power. */
  readonly idle: boolean
  /** Work of the processes meanwhile, in arbitrary units. */
  readonly ourWork: number
  readonly allWork: number
}

/** Readings of a device's use in order of time. */
export class DeviceUseSeries {
  readonly #rows = new TimedRows(6)

  add(time: number, [ours, others, unknown, busy, ourWork, allWork]: DeviceUseReading): void {
    this.#rows.add(time, [ours, others, unknown, busy ?? Number.NaN, ourWork, allWork])
  }

  #isIdle(place: number): boolean {
    const [ours, others, unknown, busy] = this.#rows.columns
    return ours![place]! + others![place]! + unknown![place]! === 0 && busy![place] === 0
  }

  /** Whether the same kinds of processes are there: how many does not matter for whose the device is. */
  #isAlike(a: number, b: number): boolean {
    const processes = this.#rows.columns.slice(0, 3)
    return this.#isIdle(a) === this.#isIdle(b) && processes.every(column => column[a]! > 0 === column[b]! > 0)
  }

  /**
   * Leaves out readings before `before` that follow the last one kept by less than `stepNs` and tell nothing new of
   * who is there. What each has worked is a sum: it is then shared over longer stretches.
   */
  thin(before: number, stepNs: number): void {
    const { times } = this.#rows
    this.#rows.drop((place, lastKept) => {
      const isClose = lastKept >= 0 && times[place]! < before && times[place]! - times[lastKept]! < stepNs
      const hasNext = place + 1 < times.length
      return isClose && hasNext && this.#isAlike(lastKept, place) && this.#isAlike(place, place + 1)
    })
  }

  /** Gapless intervals from the first reading to the last, made while they are gone through. */
  intervals(): Iterable<DeviceUseInterval> {
    return { [Symbol.iterator]: () => this.#walk() }
  }

  *#walk(): Generator<DeviceUseInterval> {
    const { times } = this.#rows
    const [ours, others, unknown, , ourWork, allWork] = this.#rows.columns
    for (let to = 1; to < times.length; to++) {
      const from = to - 1
      // A process that ended meanwhile has used the device until then.
      const at = ours![from]! > 0 && ours![to] === 0 ? from : to
      yield {
        from: times[from]!,
        to: times[to]!,
        ours: ours![at]!,
        others: others![at]!,
        unknown: unknown![at]!,
        idle: this.#isIdle(from) && this.#isIdle(to),
        ourWork: Math.max(0, ourWork![to]! - ourWork![from]!),
        allWork: Math.max(0, allWork![to]! - allWork![from]!),
      }
    }
  }
}
