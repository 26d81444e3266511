import { operationalCarbon } from '../footprint/operational-carbon.js'
import type { GridIntensity, GridKind } from '../grid/grid-intensity.js'
import { GridSeries, type GridStretch } from '../grid/grid-series.js'
import { OTHER_KINDS, otherIntensities } from '../grid/other-intensities.js'
import type { GridEntry, JournalEntry, RunEntry } from '../journal/entry.js'
import { addCorrelated } from '../quantity/combine.js'
import type { Quantity } from '../quantity/quantity.js'
import { gridFigure } from './place-figures.js'
import type { GridBeside, GridInterval, RunRecord } from './record.js'
import { carbonIntervals, type FigureBasis } from './span-figures.js'

/** The one kind that totals are made of. */
const TOTALLED: GridKind = 'average'

/** The intensity that a run's totals are made of: what was published for its time, else what it began with. */
export const gridSeries = (run: RunEntry, entries: readonly JournalEntry[] = []): GridSeries => {
  const series = new GridSeries(TOTALLED, run.grid)
  for (const entry of entries) if (entry.type === 'grid') series.add(entry)
  return series
}

const one = <T>(values: readonly T[], otherwise: T): T =>
  new Set(values).size === 1 ? values[0]! : otherwise
const listed = (values: readonly string[]): string => [...new Set(values)].join(' and ')

interface Weighed {
  readonly stretch: GridStretch
  readonly weight: number
}

/** By energy: the mean that, times the run's energy, is the run's carbon. Without energy to go by, by time. */
const weigh = (basis: FigureBasis, series: GridSeries, end: number): readonly Weighed[] => {
  const stretches = series.between(0, end)
  const energies = stretches.map(({ from, to }) =>
    basis.analysis.curves.reduce((sum, curve) => {
      const { dynamic, static: idle } = curve.between(from, to)
      return sum + dynamic + idle
    }, 0),
  )
  const weights = [energies, stretches.map(({ from, to }) => to - from), stretches.map(() => 1)].find(
    candidates => candidates.some(weight => weight > 0),
  )
  return stretches.map((stretch, index) => ({ stretch, weight: weights?.[index] ?? 0 }))
}

const meanQuantity = (weighed: readonly [Weighed, ...Weighed[]]): Quantity => {
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0)
  const [first, ...rest] = weighed.map(({ stretch: { grid }, weight }): Quantity => {
    const share = weight / total
    return {
      ...gridFigure(grid).g_per_kwh,
      value: grid.gramsPerKwh * share,
      low: grid.low * share,
      high: grid.high * share,
    }
  })
  const figures = weighed.map(({ stretch }) => stretch.grid.gramsPerKwh)
  const span = `${Math.min(...figures)} to ${Math.max(...figures)} g/kWh`
  const mean = `mean of ${weighed.length} stretches (${span}), weighted by the energy used in each; ${listed(weighed.map(({ stretch }) => stretch.grid.source))}`
  return addCorrelated([first!, ...rest], mean)
}

const yearOf = (grids: readonly GridIntensity[]): { year?: number } => {
  const year = one(
    grids.map(grid => grid.year),
    undefined,
  )
  return year === undefined ? {} : { year }
}

const intervalOf = ({ from, to, grid, stale }: GridStretch): GridInterval => ({
  started_s: from / 1e9,
  ended_s: to / 1e9,
  g_per_kwh: grid.gramsPerKwh,
  ...(grid.estimated && { estimated: true }),
  ...(stale && { stale: true }),
})

const seriesFigure = (basis: FigureBasis, series: GridSeries, end: number): RunRecord['grid'] | undefined => {
  const [first, ...rest] = weigh(basis, series, end)
  if (!first) return undefined
  const grids = [first, ...rest].map(({ stretch }) => stretch.grid)
  const intervals = [first, ...rest].map(({ stretch }) => intervalOf(stretch))
  if (rest.length === 0) return { ...gridFigure(grids[0]!), intervals }
  return {
    g_per_kwh: meanQuantity([first, ...rest]),
    zone: listed(grids.map(({ zone }) => zone)),
    source: listed(grids.map(({ source }) => source)),
    basis: one(
      grids.map(grid => grid.basis),
      'unknown',
    ),
    kind: grids[0]!.kind,
    ...yearOf(grids),
    fallback: grids.some(({ fallback }) => fallback),
    intervals,
  }
}

/**
 * Figures of other kinds, each by itself: published ones, else what the user states and the tables hold. They answer
 * other questions and are in no total.
 */
const besideFigures = (basis: FigureBasis, published: readonly GridEntry[], end: number): GridBeside[] => {
  const known = otherIntensities(basis.run.location, basis.run.footprint)
  return OTHER_KINDS.flatMap(kind => {
    const series = new GridSeries(
      kind,
      known.find(grid => grid.kind === kind),
    )
    for (const entry of published) series.add(entry)
    const figure = seriesFigure(basis, series, end)
    if (!figure) return []
    const { basis: counted, zone, source, g_per_kwh, intervals } = figure
    const [first, ...rest] = carbonIntervals({ ...basis, grid: series }, [[0, end]])
    const carbon = first && operationalCarbon([first, ...rest], basis.run.pue)
    return [{ kind, basis: counted, zone, source, g_per_kwh, ...(carbon && { carbon_g: carbon }), intervals }]
  })
}

/** The grid of a run as its record shows it: mean, course, and what other kinds of intensity say beside it. */
export const gridRecord = (
  basis: FigureBasis,
  entries: readonly JournalEntry[],
  end: number,
): RunRecord['grid'] => {
  const published = entries.filter((entry): entry is GridEntry => entry.type === 'grid')
  const beside = besideFigures(basis, published, end)
  // The run's own series always has a figure: that of its start.
  const figure = seriesFigure(basis, basis.grid, end)!
  return { ...figure, ...(beside.length > 0 && { beside }) }
}
