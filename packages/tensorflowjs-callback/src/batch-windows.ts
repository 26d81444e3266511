import type { EnergyWindow, Tracker } from '@epochwatt/core'

/** Every batch up to this one; after it one more for every so many percent that the training has grown by. */
const FIRST = 50
const GROWTH = 0.02

/**
 * Windows of single batches: all of the first fifty, then ever further apart, so that a hundred thousand batches make
 * about 430 of them and ten times as many only 115 more.
 */
export class BatchWindows {
  readonly #tracker: Tracker
  #count = 0
  #next = 0
  #open: EnergyWindow | undefined

  constructor(tracker: Tracker) {
    this.#tracker = tracker
  }

  begin(epoch: number, batch: number): void {
    if (this.#count >= this.#next) {
      this.#open = this.#tracker.window('batch', { epoch, batch })
      this.#next = this.#count < FIRST ? this.#count + 1 : Math.ceil(this.#count * (1 + GROWTH))
    }
    this.#count++
  }

  /** Whether the device has to be waited for: at the end of this batch, or since the next one begins there. */
  get needsEnd(): boolean {
    return this.#open !== undefined || this.#count >= this.#next
  }

  /** With the device's queue drained. */
  end(metrics: Readonly<Record<string, number>>): void {
    this.#open?.end()
    // `batch` and `size` say where and how much, not how well.
    const { batch: _, size: __, ...values } = metrics
    this.#open?.logMetrics(values)
    this.#open = undefined
  }

  close(): void {
    this.#open?.end()
    this.#open = undefined
  }
}
