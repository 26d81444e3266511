import type { JsonValue } from '../json/extended-json.js'

/** The figures a metric's summary may be asked for; without any, the summary is the latest value. */
export interface SummaryKinds {
  readonly min?: boolean
  readonly max?: boolean
  readonly mean?: boolean
  readonly last?: boolean
  readonly first?: boolean
  /** No summary at all. */
  readonly none?: boolean
}

const hasAny = (kinds: SummaryKinds): boolean =>
  Boolean(kinds.min || kinds.max || kinds.mean || kinds.last || kinds.first)

/** The summary of one metric. */
export class MetricSummary {
  #kinds: SummaryKinds = {}
  #tracks = false
  #latest: JsonValue | undefined
  #first: JsonValue | undefined
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY
  #total = 0
  #count = 0

  configure(kinds: SummaryKinds): void {
    this.#kinds = kinds
    this.#tracks = hasAny(kinds)
  }

  /** A value set by hand: it ends the tracking of min, max and so on. */
  set(value: JsonValue | undefined): void {
    this.#latest = value
    this.#kinds = {}
    this.#tracks = false
  }

  update(value: JsonValue): void {
    if (this.#latest === undefined) this.#first = value
    this.#latest = value
    if (typeof value !== 'number') return
    // Comparisons rather than Math.min: a NaN must not stick.
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
    this.#total += value
    this.#count++
  }

  /** True if `value()` is just the latest value. */
  get isLatest(): boolean {
    return !this.#tracks && !this.#kinds.none
  }

  /** The summary, or undefined if there is none. */
  value(): JsonValue | undefined {
    if (this.#kinds.none || this.#latest === undefined) return undefined
    if (!this.#tracks) return this.#latest
    const { last, first, max, min, mean } = this.#kinds
    const summary: { [key: string]: JsonValue } = {}
    if (last) summary.last = this.#latest
    if (first) summary.first = this.#first ?? null
    if (max && this.#count > 0) summary.max = this.#max
    if (min && this.#count > 0) summary.min = this.#min
    if (mean && this.#count > 0) summary.mean = this.#total / this.#count
    return summary
  }
}
