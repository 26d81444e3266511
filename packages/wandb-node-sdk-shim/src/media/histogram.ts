import { WandbError } from '../errors.js'
import type { JsonValue } from '../json/extended-json.js'
import type { Media } from './media.js'

const MAX_BINS = 512

/** Numbers as an array, a typed array, or anything that can be walked through. */
export type Numbers = Iterable<number>

/** `bins + 1` edges over `values`, and how many lie between each two; the last bin includes its upper edge. */
const countInto = (values: readonly number[], bins: number): { counts: number[]; edges: number[] } => {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  if (values.length === 0) [low, high] = [0, 1]
  // As numpy does for a single distinct value; here also for values too close to each other to lay edges between.
  const narrow = (high - low) / bins
  if (low + narrow === low || high - narrow === high) [low, high] = [low - 0.5, high + 0.5]
  const width = (high - low) / bins
  const edges = Array.from({ length: bins + 1 }, (_edge, index) =>
    index === bins ? high : low + index * width,
  )
  const counts = new Array<number>(bins).fill(0)
  for (const value of values) {
    let bin = Math.min(bins - 1, Math.floor((value - low) / width))
    // Division may round across an edge; the edges decide.
    if (value < edges[bin]!) bin--
    else if (value >= edges[bin + 1]! && bin < bins - 1) bin++
    counts[bin]!++
  }
  return { counts, edges }
}

/**
 * A distribution, drawn over the steps of a run.
 *
 * @example
 * const run = await init({ project: 'digits' })
 * run.log({ gradients: new Histogram([0.1, -0.2, 0.05]) })
 */
export class Histogram implements Media {
  readonly counts: readonly number[]
  readonly edges: readonly number[]

  /**
   * Counts `values` into `numBins` (64) bins of equal width. NaN and infinities are not counted.
   *
   * @throws {WandbError} `USAGE` for a number of bins outside 1 to 512.
   */
  constructor(values: Numbers, { numBins = 64 }: { numBins?: number } = {}) {
    if (!Number.isInteger(numBins) || numBins < 1 || numBins > MAX_BINS) {
      throw new WandbError('USAGE', `Histogram: numBins is ${numBins}; accepted: 1 to ${MAX_BINS}.`)
    }
    const { counts, edges } = countInto(Array.from(values).filter(Number.isFinite), numBins)
    this.counts = counts
    this.edges = edges
  }

  /**
   * A histogram that was counted elsewhere.
   *
   * @throws {WandbError} `USAGE` unless there is one edge more than counts, and at most 512 counts.
   */
  static fromCounts(counts: Numbers, edges: Numbers): Histogram {
    const histogram = new Histogram([])
    const own = { counts: Array.from(counts), edges: Array.from(edges) }
    if (own.edges.length !== own.counts.length + 1 || own.counts.length > MAX_BINS) {
      throw new WandbError(
        'USAGE',
        `Histogram: ${own.counts.length} counts and ${own.edges.length} edges; accepted: at most ${MAX_BINS} counts and one edge more.`,
      )
    }
    return Object.assign(histogram, own)
  }

  toHistory(): { [key: string]: JsonValue } {
    return { _type: 'histogram', values: [...this.counts], bins: [...this.edges] }
  }
}
