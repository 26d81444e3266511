import { type CarbonInterval, operationalCarbon } from '../footprint/operational-carbon.js'
import type { GridSeries } from '../grid/grid-series.js'
import type { RunEntry } from '../journal/entry.js'
import type { Analysis } from '../meter/meter.js'
import type { Span } from '../meter/spans.js'
import type { Quantity } from '../quantity/quantity.js'
import type { SpanFigures } from './record.js'
import { totalEnergy } from './span-energy.js'
import { suppliedEnergy } from './supplied-energy.js'

/** What figures of spans stand on: the run, its readings, and the grid meanwhile. */
export interface FigureBasis {
  readonly run: RunEntry
  readonly analysis: Analysis
  readonly grid: GridSeries
}

const areSame = (a: readonly Span[], b: readonly Span[]): boolean =>
  a.length === b.length && a.every(([from, to], index) => from === b[index]![0] && to === b[index]![1])

/**
 * The energy of spans with what was lost on its way, parted by the intensity that applied. Empty where either is unknown.
 *
 * @param known Energy of all spans, where it is known: most windows lie within one intensity.
 */
export const carbonIntervals = (
  { run, analysis, grid }: FigureBasis,
  spans: readonly Span[],
  known?: Quantity,
): readonly CarbonInterval[] =>
  grid.partsOf(spans).flatMap(part => {
    const ofPart = areSame(part.spans, spans) ? known : undefined
    const { total } = suppliedEnergy(run, analysis, part.spans, ofPart)
    return total ? [{ energy: total, intensity: part.grid }] : []
  })

/** Energy and carbon of spans of one run. The only road from readings to figures, for live values and records alike. */
export const spanFigures = (basis: FigureBasis, spans: readonly Span[]): SpanFigures => {
  const total = totalEnergy(basis.analysis, spans)
  const [first, ...rest] = carbonIntervals(basis, spans, total)
  if (!total || !first) return {}
  return { energy_kwh: total, carbon_g: operationalCarbon([first, ...rest], basis.run.pue) }
}
