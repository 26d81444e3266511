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

  /** The median, and how far apart the quickest and the slowest tenth are. Undefined while there are too few. */
  usual(): { readonly median: number; readonly spread: number } | undefined {
    if (this.#recent.length < FEWEST) return undefined
    const sorted = [...this.#recent].sort((a, b) => a - b)
    const quantile = (q: number): number => sorted[Math.floor((sorted.length - 1) * q)]!
    return { median: quantile(0.5), spread: quantile(0.9) - quantile(0.1) }
  }
}
