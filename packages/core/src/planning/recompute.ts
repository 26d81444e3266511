import { OptionError } from '../errors.js'
import { operationalCarbon } from '../footprint/operational-carbon.js'
import { resolvePue } from '../footprint/resolve-pue.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import type { Location } from '../grid/location.js'
import { resolveLocation } from '../grid/resolve-location.js'
import { resolveGridIntensity } from '../grid/static-grid.js'
import type { Span } from '../meter/spans.js'
import { multiplyQuantity, sumQuantities } from '../quantity/combine.js'
import type { Quantity } from '../quantity/quantity.js'
import { gridFigure, locationFigure, pueFigure } from '../record/place-figures.js'
import type { RunRecord, SpanFigures } from '../record/record.js'
import type { Conversion } from './footprint-ratio.js'
import { checkChanges, type RecomputeChanges } from './recompute-changes.js'
import { differenceOf, type RecomputeDifference } from './recompute-difference.js'
import { warningsAfter } from './recompute-warnings.js'
import { besideAt, besideScaled } from './recomputed-beside.js'
import { recomputedLines, withoutLines } from './recomputed-lines.js'
import { recordedGrid, recordedMachine, recordedPue, supplied, suppliedRatio } from './recorded-conversion.js'
import { outsideSpans, type ShiftedGrid, shiftedGrid, spanOf } from './shifted-grid.js'

/** A run under other assumptions, and what they change. */
export interface Recomputation {
  /** The record under the new assumptions; it says so in its warnings. */
  readonly record: RunRecord
  readonly difference: RecomputeDifference
}

interface Surroundings extends Conversion {
  readonly location: RunRecord['location']
  /** The course that the run is laid over; `grid` is its mean. */
  readonly shifted?: ShiftedGrid
}

const shiftedBy = (
  record: RunRecord,
  { course, start, gridIntensity }: RecomputeChanges,
): ShiftedGrid | undefined => {
  if (start !== undefined && Number.isNaN(start.getTime()))
    throw new OptionError('start', String(start), 'a point in time, e.g. 2026-01-05T02:00Z')
  if (start !== undefined && !course)
    throw new OptionError(
      'start',
      start.toISOString(),
      'a time beside "course", which says what the grid was then (readPast, a file of intensities)',
    )
  if (course && gridIntensity !== undefined)
    throw new OptionError(
      'gridIntensity',
      gridIntensity,
      'nothing beside "course": both say what the grid is',
    )
  return course && shiftedGrid(record, course, start ?? new Date(record.started_at))
}

const recordedPlace = ({ location: { cloud_region, ...place } }: RunRecord): Location => ({
  ...place,
  ...(cloud_region !== undefined && { cloudRegion: cloud_region }),
})

/** A place brings its grid, a cloud its PUE as well. What nobody mentions stays as it was. */
const surroundingsOf = (record: RunRecord, changes: RecomputeChanges, before: Surroundings): Surroundings => {
  const { gridIntensity, pue, course: _course, start: _start, ...place } = changes
  const shifted = shiftedBy(record, changes)
  const isMoved = Object.values(place).some(value => value !== undefined)
  const location = isMoved ? resolveLocation(place) : recordedPlace(record)
  if (place.cloud !== undefined && location.country === undefined && gridIntensity === undefined && !shifted)
    throw new OptionError(
      'cloud',
      place.cloud,
      'a provider and its region, e.g. "aws:eu-north-1", or a country or gridIntensity beside it: a provider alone has no grid',
    )
  return {
    location: isMoved ? locationFigure(location) : before.location,
    ...(shifted && { shifted }),
    grid: shifted
      ? shifted.mean
      : isMoved || gridIntensity !== undefined
        ? resolveGridIntensity({ location, ...(gridIntensity !== undefined && { gridIntensity }) })
        : before.grid,
    pue:
      pue !== undefined || place.cloud !== undefined
        ? resolvePue({ location, machine: recordedMachine(record), ...(pue !== undefined && { pue }) })
        : before.pue,
  }
}

/**
 * The intensity that a span was in fact computed with. A run that saw the grid change has several; carbon over
 * facility energy is what they come to for this span.
 */
const effectiveGrid = (record: RunRecord, { energy_kwh, carbon_g }: SpanFigures): GridIntensity => {
  const grid = recordedGrid(record)
  if (!energy_kwh || !carbon_g || energy_kwh.value === 0 || grid.gramsPerKwh === 0) return grid
  const gramsPerKwh = carbon_g.value / (energy_kwh.value * suppliedRatio(record) * record.pue.value)
  const scale = gramsPerKwh / grid.gramsPerKwh
  return { ...grid, gramsPerKwh, low: grid.low * scale, high: grid.high * scale }
}

/** A span's carbon by the formula that made it; without its energy there is nothing to make it from. */
const recomputedSpan = <Figures extends SpanFigures>(
  span: Figures,
  record: RunRecord,
  before: Surroundings,
  after: Surroundings,
  times: readonly Span[],
): Figures => {
  const { carbon_g, ...rest } = span
  if (!span.energy_kwh) return rest as Figures
  const energy = supplied(span.energy_kwh, record)
  const intensity = after.grid === before.grid ? effectiveGrid(record, span) : after.grid
  const [first, ...others] = after.shifted?.intervalsOf(energy, times) ?? [{ energy, intensity }]
  return { ...span, carbon_g: operationalCarbon([first!, ...others], after.pue) }
}

const timesFrom = ({ duration_s }: RunRecord, start: Date): Pick<RunRecord, 'started_at' | 'ended_at'> => ({
  started_at: start.toISOString(),
  ended_at: new Date(start.getTime() + duration_s * 1000).toISOString(),
})

/** The grid as the recomputed record shows it; what other kinds of intensity say goes with place and PUE. */
const gridAfter = (record: RunRecord, before: Surroundings, after: Surroundings): RunRecord['grid'] => {
  const { grid, duration_s, energy } = record
  if (after.grid === before.grid) {
    const factor = after.pue.value / before.pue.value
    return grid.beside ? { ...grid, beside: besideScaled(grid.beside, factor) } : grid
  }
  const total = energy.total_kwh && supplied(energy.total_kwh, record)
  const beside = besideAt(after.location, total, after, duration_s)
  return {
    ...(after.shifted?.record ?? {
      ...gridFigure(after.grid),
      intervals: [{ started_s: 0, ended_s: duration_s, g_per_kwh: after.grid.gramsPerKwh }],
    }),
    ...(beside.length > 0 && { beside }),
  }
}

const carbonAfter = ({ carbon }: RunRecord, operational: Quantity | undefined): RunRecord['carbon'] => {
  const { embodied_g, embodied_parts, reason } = carbon
  const embodied = { ...(embodied_g && { embodied_g }), ...(embodied_parts && { embodied_parts }) }
  if (!operational) return { ...embodied, reason: 'the energy of this run is unknown' }
  const lines = embodied_g ? [operational, embodied_g] : [operational]
  return {
    operational_g: operational,
    ...embodied,
    total_g: sumQuantities(lines, 'operational + embodied; bounds by root-sum-square')!,
    ...(reason !== undefined && { reason }),
  }
}

/**
 * The same run under other assumptions: another place, intensity, time or PUE. Energy stays what it was; carbon of the run,
 * its epochs and windows is computed anew by the formula that made it. Pure: the record given is left as it is.
 *
 * A place changes the grid, a cloud its PUE as well; a country alone leaves the PUE of the building as it was.
 *
 * @throws OptionError for a place or number that cannot be understood; EpochwattError `OPTION_UNKNOWN`, or
 * `OPTION_MISSING` where nothing is to be changed.
 *
 * @example
 * ```ts
 * const { difference } = recompute(openStore().read('latest'), { cloud: 'aws:eu-north-1' })
 * difference.operational_g // gCO2e more than it was, or less
 * ```
 */
export const recompute = (record: RunRecord, changes: RecomputeChanges): Recomputation => {
  checkChanges(changes)
  const { energy, carbon } = record
  const whole: SpanFigures = {
    ...(energy.total_kwh && { energy_kwh: energy.total_kwh }),
    ...(carbon.operational_g && { carbon_g: carbon.operational_g }),
  }
  const before: Surroundings = {
    location: record.location,
    grid: effectiveGrid(record, whole),
    pue: recordedPue(record),
  }
  const after = surroundingsOf(record, changes, before)
  const again = <Figures extends SpanFigures>(span: Figures, times: readonly Span[]): Figures =>
    recomputedSpan(span, record, before, after, times)
  const operational = again(whole, [[0, record.duration_s * 1e9]]).carbon_g
  const isElsewhere = after.location !== before.location || after.shifted !== undefined
  const recomputed: RunRecord = {
    ...withoutLines(record),
    ...recomputedLines(record, operational, after.pue.value / before.pue.value, isElsewhere),
    ...(changes.start && timesFrom(record, changes.start)),
    energy: {
      ...energy,
      ...(energy.total_kwh && {
        facility_kwh: multiplyQuantity(
          supplied(energy.total_kwh, record),
          [after.pue],
          'kWh',
          `${suppliedRatio(record) === 1 ? 'total' : '(total + losses)'} × PUE ${after.pue.value} (${after.pue.source})`,
        ),
      }),
    },
    carbon: carbonAfter(record, operational),
    grid: gridAfter(record, before, after),
    pue: after.pue === before.pue ? record.pue : pueFigure(after.pue),
    location: after.location,
    epochs: record.epochs.map(epoch => ({
      ...again(epoch, [spanOf(epoch)]),
      // A record does not say when in its epoch a phase was: it takes the epoch's mean.
      phases: Object.fromEntries(
        Object.entries(epoch.phases).map(([name, phase]) => [name, again(phase, [spanOf(epoch)])]),
      ),
    })),
    outside_epochs: again(record.outside_epochs, outsideSpans(record)),
    windows: record.windows.map(window => again(window, [spanOf(window)])),
    warnings: warningsAfter(record, before, after, changes.start),
  }
  return { record: recomputed, difference: differenceOf(record, operational, before, after) }
}
