/** Fewer say nothing: the first batch of a training warms up, and its time is far from that of the others. */
const FEWEST = 3

/** Enough for a median, few enough to follow a machine that becomes slower. */
const MOST = 63

/** How long batches of one training take, milliseconds: the latest ones, across epochs. */
export class BatchTimes {
  readonly #recent: number[] = []

  add(milliseconds: number): void {
    this.#recent.push(milliseconds)
    if (this.#recent.length > MOST) this.#recent.shift()
  }

  /** Undefined while there are too few. */
  median(): number | undefined {
    if (this.#recent.length < FEWEST) return undefined
    const sorted = [...this.#recent].sort((a, b) => a - b)
    const middle = Math.floor(sorted.length / 2)
    const upper = sorted[middle]!
    return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2
  }
}
