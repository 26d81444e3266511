import type { JournalEntry } from '../journal/entry.js'
import { finiteOnly, scalarsOnly } from './journalled-values.js'
import type { Attributes, EnergyWindow, WindowFigures } from './tracker.js'

/** A window's edge: its instant on the run's clock, and the counters that were read there. */
export interface Edge {
  readonly t: number
  readonly r: (number | null)[]
}

/** A window that has ended, for those who send it on. Its metrics may still grow. */
export interface EndedWindow {
  readonly name: string
  readonly attributes: Attributes
  readonly figures: () => WindowFigures
  readonly metrics: Readonly<Record<string, number>>
}

/** What a window needs of the run it lies in. */
export interface WindowedRun {
  readonly isStopped: () => boolean
  readonly clock: () => number
  /** Here and now with its readings, or at an instant of the past, where nothing can be read. */
  readonly edge: (instantMs: number | undefined, earliest: number) => Edge
  readonly write: (entry: JournalEntry) => void
  /** Asks for a round of the sampler at an edge that was read. */
  readonly readNow: () => void
  /** A full reading; its instant. */
  readonly readAll: () => number
  /** Figures between two instants; without the second, up to the end of the run. Never throws. */
  readonly figures: (from: number, to: () => number | undefined) => WindowFigures
  readonly ended: (window: EndedWindow) => void
}

/** Opens a window in a run. In a run that is over it is empty, and journals nothing. */
export const openWindow = (
  run: WindowedRun,
  window: number,
  name: string,
  attributes: Attributes,
  startedAt: number | undefined,
): EnergyWindow => {
  const { t: from, r } = run.isStopped() ? { t: run.clock(), r: [] } : run.edge(startedAt, 0)
  let to: number | undefined = run.isStopped() ? from : undefined
  let coveredTo = 0
  if (!run.isStopped()) {
    run.write({ type: 'begin', t: from, window, name: String(name), attributes: scalarsOnly(attributes), r })
    if (r.length > 0) run.readNow()
  }
  const metrics: Record<string, number> = {}
  const figures = (): WindowFigures =>
    run.figures(from, () => {
      // What ended before the last full reading needs no new one; what is still open, or ended since, does.
      if (!run.isStopped() && (to === undefined || coveredTo < to)) coveredTo = run.readAll()
      return to ?? (run.isStopped() ? undefined : coveredTo)
    })
  return {
    name,
    logMetrics: values => {
      const finite = finiteOnly(values)
      Object.assign(metrics, finite)
      if (!run.isStopped()) run.write({ type: 'metrics', t: run.clock(), window, values: finite })
    },
    end: ({ endedAt } = {}) => {
      if (to !== undefined || run.isStopped()) return
      const edge = run.edge(endedAt, from)
      to = edge.t
      run.write({ type: 'end', t: to, window, r: edge.r })
      if (edge.r.length > 0) run.readNow()
      run.ended({ name, attributes, figures, metrics })
    },
    figures,
  }
}
