import type { GridPoint } from '../grid/live/grid-provider.js'

/** Mean intensity of a stretch of time, and how much of it the course knows. */
export interface CourseMean {
  readonly gramsPerKwh: number
  /** 0 to 1. */
  readonly covered: number
}

/**
 * Means of a course over any stretch, each in two searches: ∫ intensity dt and known time are summed up once, at the
 * edges of the points. Where points overlap, the later one holds from its beginning on.
 */
export class CourseIntegral {
  /** Edges in order, with both sums up to them; between edges they grow evenly. */
  readonly #edges: { readonly atMs: number; readonly integral: number; readonly known: number }[] = []

  constructor(points: readonly GridPoint[]) {
    let integral = 0
    let known = 0
    const push = (atMs: number): number => this.#edges.push({ atMs, integral, known })
    for (const [index, { fromMs, toMs, gramsPerKwh }] of points.entries()) {
      const end = Math.min(toMs, points[index + 1]?.fromMs ?? toMs)
      if (end <= fromMs) continue
      push(fromMs)
      integral += gramsPerKwh * (end - fromMs)
      known += end - fromMs
      push(end)
    }
  }

  #upTo(atMs: number): { readonly integral: number; readonly known: number } {
    let low = 0
    let high = this.#edges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#edges[middle]!.atMs <= atMs) low = middle + 1
      else high = middle
    }
    const before = this.#edges[low - 1]
    const after = this.#edges[low]
    if (!before) return { integral: 0, known: 0 }
    if (!after) return before
    const share = (atMs - before.atMs) / (after.atMs - before.atMs)
    return {
      integral: before.integral + share * (after.integral - before.integral),
      known: before.known + share * (after.known - before.known),
    }
  }

  mean(fromMs: number, toMs: number): CourseMean {
    const before = this.#upTo(fromMs)
    const after = this.#upTo(toMs)
    const known = after.known - before.known
    return {
      gramsPerKwh: known > 0 ? (after.integral - before.integral) / known : Number.NaN,
      covered: toMs > fromMs ? known / (toMs - fromMs) : 0,
    }
  }
}
