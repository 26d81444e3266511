import type { Span } from '../meter/spans.js'
import type { GridIntensity, GridKind } from './grid-intensity.js'
import { bandFactor } from './intensity-bands.js'

/** An intensity and the time it was published for, in nanoseconds since the run began. */
export interface PublishedIntensity {
  readonly t: number
  readonly until: number
  readonly grid: GridIntensity
}

/** A stretch of the run with one intensity. */
export interface GridStretch {
  readonly from: number
  readonly to: number
  readonly grid: GridIntensity
  /** The figure is one of the grid at another time, because there is none for this stretch. */
  readonly stale: boolean
}

/** Spans of the run that share one intensity. */
export interface GridPart {
  readonly grid: GridIntensity
  readonly spans: readonly Span[]
}

/** The same figure for a time it was not published for: the best there is, and less sure. */
const forAnotherTime = (grid: GridIntensity): GridIntensity => {
  const factor = bandFactor('other-hour')
  return {
    ...grid,
    low: Math.min(grid.low, grid.gramsPerKwh / factor),
    high: Math.max(grid.high, grid.gramsPerKwh * factor),
  }
}

/**
 * The course of the grid's intensity over a run. Each figure applies from its `t` on until the next; beyond `until` it
 * is stale. Time before the first figure takes the first, stale as well: the hour next to it says more than a yearly
 * average does, and sums do not mix what the two publishers count. Only a run without any figure takes the table's.
 */
export class GridSeries {
  readonly #kind: GridKind
  readonly #otherwise: GridIntensity | undefined
  readonly #byTime = new Map<number, PublishedIntensity>()
  #stretches: readonly GridStretch[] | undefined

  /** @param otherwise What applies as long as nothing was published. */
  constructor(kind: GridKind, otherwise?: GridIntensity) {
    this.#kind = kind
    this.#otherwise = otherwise
  }

  /** Figures of another kind are passed over; a later word on the same instant replaces an earlier one. */
  add(published: PublishedIntensity): void {
    if (published.grid.kind !== this.#kind) return
    this.#byTime.set(published.t, published)
    this.#stretches = undefined
  }

  /** The stretches that meet a span, cut to it; at least one unless nothing at all is known. */
  between(from: number, to: number): readonly GridStretch[] {
    this.#stretches ??= this.#lay()
    const met = this.#stretches.filter(stretch => stretch.to > from && stretch.from < to)
    const instant = this.#stretches.find(stretch => stretch.from <= from && from < stretch.to)
    const found = met.length > 0 ? met : instant ? [instant] : []
    return found.map(stretch => ({
      ...stretch,
      from: Math.max(stretch.from, from),
      to: Math.min(stretch.to, to),
    }))
  }

  /** Spans sorted by the intensity that applied. */
  partsOf(spans: readonly Span[]): readonly GridPart[] {
    const parts = new Map<GridIntensity, Span[]>()
    for (const [spanFrom, spanTo] of spans.length > 0 ? spans : [[0, 0] as const]) {
      for (const { grid, from, to } of this.between(spanFrom, spanTo)) {
        const own = parts.get(grid) ?? []
        own.push([from, to])
        parts.set(grid, own)
      }
    }
    return [...parts].map(([grid, own]) => ({ grid, spans: own }))
  }

  #lay(): readonly GridStretch[] {
    const published = [...this.#byTime.values()].sort((a, b) => a.t - b.t)
    const [first] = published
    if (!first) {
      const grid = this.#otherwise
      return grid ? [{ from: 0, to: Number.POSITIVE_INFINITY, grid, stale: false }] : []
    }
    const stretches: GridStretch[] = [{ from: 0, to: first.t, grid: forAnotherTime(first.grid), stale: true }]
    for (const [index, { t, until, grid }] of published.entries()) {
      const next = published[index + 1]?.t ?? Number.POSITIVE_INFINITY
      const end = Math.min(Math.max(until, t), next)
      stretches.push(
        { from: t, to: end, grid, stale: false },
        { from: end, to: next, grid: forAnotherTime(grid), stale: true },
      )
    }
    return stretches.filter(({ from, to }) => to > from)
  }
}
