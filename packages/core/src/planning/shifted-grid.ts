import { EpochwattError, OptionError } from '../errors.js'
import type { CarbonInterval } from '../footprint/operational-carbon.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import { GridSeries, type GridStretch } from '../grid/grid-series.js'
import { intensityOf } from '../grid/live/published-points.js'
import { complementOf, type Span, unionOf } from '../meter/spans.js'
import type { Quantity } from '../quantity/quantity.js'
import { scaleQuantity } from '../quantity/scale-quantity.js'
import { gridFigure } from '../record/place-figures.js'
import type { RunRecord } from '../record/record.js'
import { recordedProfile, shareBetween } from './energy-profile.js'
import type { IntensityCourse } from './intensity-course.js'

/** A run laid over a course of intensities at some time. */
export interface ShiftedGrid {
  /** As the record of the run shows it. */
  readonly record: RunRecord['grid']
  /** The mean that, times the run's energy, is its carbon. */
  readonly mean: GridIntensity
  /** The energy of spans of the run, parted by the intensity that applied. */
  intervalsOf(energy: Quantity, spans: readonly Span[]): readonly CarbonInterval[]
}

const checkCourse = (course: IntensityCourse, startMs: number, endMs: number): void => {
  if (course.kind !== 'average')
    throw new OptionError(
      'course',
      `a ${course.kind} one`,
      'a course of kind "average": other kinds stand beside totals and are in none',
    )
  if (course.points.some(({ fromMs, toMs }) => toMs > startMs && fromMs < Math.max(endMs, startMs + 1)))
    return
  const [first, last] = [course.points[0], course.points.at(-1)]
  const known =
    first && last && `${new Date(first.fromMs).toISOString()} to ${new Date(last.toMs).toISOString()}`
  throw new EpochwattError(
    'COURSE_ELSEWHERE',
    `${course.source} has no figure for ${new Date(startMs).toISOString()} to ${new Date(endMs).toISOString()}${known ? `: it knows ${known}` : ''}; give another start, provider or file.`,
  )
}

const weightedMean = (weighed: readonly (readonly [GridStretch, number])[]): GridIntensity => {
  const [[{ grid }]] = weighed as [readonly [GridStretch, number]]
  if (weighed.length === 1) return grid
  const mean = (of: (grid: GridIntensity) => number): number =>
    weighed.reduce((sum, [stretch, share]) => sum + share * of(stretch.grid), 0)
  const figures = weighed.map(([stretch]) => stretch.grid.gramsPerKwh)
  return {
    ...grid,
    gramsPerKwh: mean(({ gramsPerKwh }) => gramsPerKwh),
    // Errors of one publisher at several times are the same errors again.
    low: mean(({ low }) => low),
    high: mean(({ high }) => high),
    method: `mean of ${weighed.length} stretches (${Math.min(...figures)} to ${Math.max(...figures)} g/kWh), weighted by the energy used in each; ${grid.source}`,
  }
}

/**
 * Lays the energy of a recorded run over a course, as if it had begun at `start`. When it used how much is taken from
 * the power series of its record.
 *
 * @throws OptionError for a course that totals cannot be made of, EpochwattError `COURSE_ELSEWHERE` for one that does
 * not meet the run.
 */
export const shiftedGrid = (record: RunRecord, course: IntensityCourse, start: Date): ShiftedGrid => {
  const startMs = start.getTime()
  const end = record.duration_s * 1e9
  checkCourse(course, startMs, startMs + record.duration_s * 1000)
  const series = new GridSeries('average')
  for (const point of course.points) {
    const [t, until] = [point.fromMs, point.toMs].map(ms => (ms - startMs) * 1e6) as [number, number]
    series.add({ t, until, grid: intensityOf(course, course.zone, point) })
  }
  const profile = recordedProfile(record)
  const shareOf = (spans: readonly Span[]): number =>
    spans.reduce((sum, [from, to]) => sum + shareBetween(profile, from / 1e9, to / 1e9), 0)
  const lengthOf = (spans: readonly Span[]): number => spans.reduce((sum, [from, to]) => sum + to - from, 0)

  const stretches = series.between(0, end)
  const weights = stretches.map(({ from, to }) => shareOf([[from, to]]))
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  const mean = weightedMean(
    stretches.map((stretch, index) => [stretch, whole > 0 ? weights[index]! / whole : 1 / stretches.length]),
  )
  return {
    mean,
    record: {
      ...gridFigure(mean),
      intervals: stretches.map(({ from, to, grid, stale }) => ({
        started_s: from / 1e9,
        ended_s: to / 1e9,
        g_per_kwh: grid.gramsPerKwh,
        ...(grid.estimated && { estimated: true }),
        ...(stale && { stale: true }),
      })),
    },
    intervalsOf: (energy, spans) => {
      const all = shareOf(spans)
      const length = lengthOf(spans)
      const parts = series.partsOf(spans)
      return parts.map(({ grid, spans: own }) => {
        const byTime = length > 0 ? lengthOf(own) / length : 1 / parts.length
        return { energy: scaleQuantity(energy, all > 0 ? shareOf(own) / all : byTime), intensity: grid }
      })
    },
  }
}

const nanoseconds = (seconds: number): number => seconds * 1e9

export const spanOf = (span: { readonly started_s: number; readonly ended_s: number }): Span => [
  nanoseconds(span.started_s),
  nanoseconds(span.ended_s),
]

/** What of a run lies outside its epochs. */
export const outsideSpans = ({ epochs, duration_s }: RunRecord): readonly Span[] =>
  complementOf(unionOf(epochs.map(spanOf)), nanoseconds(duration_s))
