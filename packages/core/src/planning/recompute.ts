import { EpochwattError, OptionError } from '../errors.js'
import { operationalCarbon } from '../footprint/operational-carbon.js'
import type { PueFigure } from '../footprint/pue.js'
import { resolvePue } from '../footprint/resolve-pue.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import type { Location } from '../grid/location.js'
import { resolveLocation } from '../grid/resolve-location.js'
import { resolveGridIntensity } from '../grid/static-grid.js'
import { multiplyQuantity, sumQuantities } from '../quantity/combine.js'
import type { Quantity } from '../quantity/quantity.js'
import { gridFigure, locationFigure, pueFigure } from '../record/place-figures.js'
import type { RunRecord, SpanFigures } from '../record/record.js'
import type { Conversion } from './footprint-ratio.js'
import { differenceOf, type RecomputeDifference } from './recompute-difference.js'
import { recordedGrid, recordedMachine, recordedPue } from './recorded-conversion.js'

/** What is to be taken instead of what the run was recorded with. At least one. */
export interface RecomputeChanges {
  /** Country: ISO 3166-1 code or English name. */
  country?: string
  /** Region inside the country, e.g. `US-CA`. */
  region?: string
  /** Cloud provider and region, e.g. `aws:eu-north-1`: its grid and its PUE. */
  cloud?: string
  /** gCO2e/kWh. */
  gridIntensity?: number
  /** Power usage effectiveness. */
  pue?: number
}

export interface Recomputation {
  /** The record under the new assumptions; it says so in its warnings. */
  readonly record: RunRecord
  readonly difference: RecomputeDifference
}

const NAMES: readonly (keyof RecomputeChanges)[] = ['country', 'region', 'cloud', 'gridIntensity', 'pue']

const checkChanges = (changes: RecomputeChanges): void => {
  for (const name of Object.keys(changes)) {
    if (!NAMES.includes(name as keyof RecomputeChanges))
      throw new EpochwattError('OPTION_UNKNOWN', `Unknown option "${name}". Accepted: ${NAMES.join(', ')}.`)
  }
  if (NAMES.every(name => changes[name] === undefined))
    throw new EpochwattError(
      'OPTION_MISSING',
      `Nothing was named to recompute with: give one of ${NAMES.join(', ')}.`,
    )
}

interface Surroundings extends Conversion {
  readonly location: RunRecord['location']
}

const recordedPlace = ({ location: { cloud_region, ...place } }: RunRecord): Location => ({
  ...place,
  ...(cloud_region !== undefined && { cloudRegion: cloud_region }),
})

/** A place brings its grid, a cloud its PUE as well. What nobody mentions stays as it was. */
const surroundingsOf = (record: RunRecord, changes: RecomputeChanges, before: Surroundings): Surroundings => {
  const { gridIntensity, pue, ...place } = changes
  const isMoved = Object.values(place).some(value => value !== undefined)
  const location = isMoved ? resolveLocation(place) : recordedPlace(record)
  if (place.cloud !== undefined && location.country === undefined && gridIntensity === undefined)
    throw new OptionError(
      'cloud',
      place.cloud,
      'a provider and its region, e.g. "aws:eu-north-1", or a country or gridIntensity beside it: a provider alone has no grid',
    )
  return {
    location: locationFigure(location),
    grid:
      isMoved || gridIntensity !== undefined
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
  const gramsPerKwh = carbon_g.value / (energy_kwh.value * record.pue.value)
  const scale = gramsPerKwh / grid.gramsPerKwh
  return { ...grid, gramsPerKwh, low: grid.low * scale, high: grid.high * scale }
}

/** A span's carbon by the formula that made it; without its energy there is nothing to make it from. */
const recomputedSpan = <Span extends SpanFigures>(
  span: Span,
  record: RunRecord,
  before: Surroundings,
  after: Surroundings,
): Span => {
  const { carbon_g, ...rest } = span
  const energy = span.energy_kwh
  if (!energy) return rest as Span
  const intensity = after.grid === before.grid ? effectiveGrid(record, span) : after.grid
  return { ...span, carbon_g: operationalCarbon([{ energy, intensity }], after.pue) }
}

const RECOMPUTED = 'RECOMPUTED'

const describe = (grid: GridIntensity, pue: PueFigure): string =>
  `grid ${grid.zone} (${Number(grid.gramsPerKwh.toPrecision(4))} gCO2e/kWh) and PUE ${pue.value}`

const warningsAfter = (record: RunRecord, { grid, pue }: Surroundings): RunRecord['warnings'] => {
  const earlier = record.warnings.find(({ code }) => code === RECOMPUTED)
  return [
    earlier ?? {
      code: RECOMPUTED,
      message: `carbon was recomputed under other assumptions; the run was recorded with ${describe(recordedGrid(record), recordedPue(record))}`,
    },
    ...record.warnings.filter(({ code }) => code !== RECOMPUTED && code !== 'GRID_FALLBACK'),
    ...(grid.fallback
      ? [
          {
            code: 'GRID_FALLBACK',
            message: `there is no figure for the place: carbon uses ${describe(grid, pue)} and may be off by a factor of five`,
          },
        ]
      : []),
  ]
}

/** The recorded grid, with what other kinds of intensity say beside it under another PUE. */
const gridUnder = ({ grid }: RunRecord, factor: number): RunRecord['grid'] =>
  grid.beside === undefined || factor === 1
    ? grid
    : {
        ...grid,
        beside: grid.beside.map(({ carbon_g, ...other }) => ({
          ...other,
          ...(carbon_g && {
            carbon_g: {
              ...carbon_g,
              value: carbon_g.value * factor,
              low: carbon_g.low * factor,
              high: carbon_g.high * factor,
            },
          }),
        })),
      }

const carbonAfter = ({ carbon }: RunRecord, operational: Quantity | undefined): RunRecord['carbon'] => {
  const { embodied_g, reason } = carbon
  const embodied = embodied_g ? { embodied_g } : {}
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
 * The same run under other assumptions: another place, intensity or PUE. Energy stays what it was; carbon of the run,
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
  const again = <Span extends SpanFigures>(span: Span): Span => recomputedSpan(span, record, before, after)
  const operational = again(whole).carbon_g
  const recomputed: RunRecord = {
    ...record,
    energy: {
      ...energy,
      ...(energy.total_kwh && {
        facility_kwh: multiplyQuantity(
          energy.total_kwh,
          [after.pue],
          'kWh',
          `total × PUE ${after.pue.value} (${after.pue.source})`,
        ),
      }),
    },
    carbon: carbonAfter(record, operational),
    grid:
      after.grid === before.grid
        ? gridUnder(record, after.pue.value / before.pue.value)
        : {
            ...gridFigure(after.grid),
            intervals: [{ started_s: 0, ended_s: record.duration_s, g_per_kwh: after.grid.gramsPerKwh }],
          },
    pue: after.pue === before.pue ? record.pue : pueFigure(after.pue),
    location: after.location,
    epochs: record.epochs.map(epoch => ({
      ...again(epoch),
      phases: Object.fromEntries(Object.entries(epoch.phases).map(([name, phase]) => [name, again(phase)])),
    })),
    outside_epochs: again(record.outside_epochs),
    windows: record.windows.map(again),
    warnings: warningsAfter(record, after),
  }
  return { record: recomputed, difference: differenceOf(record, operational, before, after) }
}
