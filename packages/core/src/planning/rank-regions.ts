import { type CloudRegionRow, cloudRegionRows } from '../data/cloud-regions.js'
import { EpochwattError, OptionError } from '../errors.js'
import { operationalCarbon } from '../footprint/operational-carbon.js'
import { resolvePue } from '../footprint/resolve-pue.js'
import { closeMatches, didYouMean } from '../grid/close-matches.js'
import type { Quantity } from '../quantity/quantity.js'
import { gridFigure, pueFigure } from '../record/place-figures.js'
import type { RunRecord } from '../record/record.js'
import { cloudIntensity, ownIntensity, placeIntensity, type RankingBasis } from './basis-intensity.js'
import { type Conversion, type FootprintRatio, footprintRatio } from './footprint-ratio.js'
import { recordedGrid, recordedMachine, recordedPue, supplied } from './recorded-conversion.js'

/** What is ranked, and for how much energy. */
export interface RankOptions {
  /** Only regions of this provider, e.g. `aws`. Default: all of them. */
  cloud?: string
  /** IT energy to rank for, kWh. Default 1, or that of `record`. */
  energyKwh?: number
  /** A run: ranks for its energy and says what would be saved against where it ran. */
  record?: RunRecord
  /** Default: the basis on which most of the regions have a figure of their own. */
  basis?: RankingBasis
}

/** A cloud region in its place of a ranking. */
export interface RankedRegion {
  /** From 1. Regions whose footprints are equal share a rank. */
  readonly rank: number
  /** `provider:region`. */
  readonly cloud: string
  readonly place: string
  readonly country: string
  readonly carbon_g: Quantity
  readonly grid: Omit<RunRecord['grid'], 'intervals'>
  readonly pue: RunRecord['pue']
  /** Whether the region's own figure is on this basis, or its country's average stands in for it. */
  readonly own_figure: boolean
  /** Against the first of the ranking. `undecided`: the data do not tell the two apart. */
  readonly to_best: FootprintRatio
  /** Against where the run was; `carbon_g` is what would have been saved, below 0 what would have been added. */
  readonly saving?: { readonly carbon_g: number; readonly ratio: FootprintRatio }
}

/** Cloud regions by the carbon of an amount of energy, the least first. */
export interface RegionRanking {
  /** All intensities of the ranking are on it. */
  readonly basis: RankingBasis
  readonly energy_kwh: Quantity
  readonly regions: readonly RankedRegion[]
  /** Regions that have no figure on this basis. */
  readonly left_out: readonly { readonly cloud: string; readonly reason: string }[]
  /** Where the run was, on the same basis. */
  readonly ran?: {
    readonly grid: Omit<RunRecord['grid'], 'intervals'>
    readonly pue: RunRecord['pue']
    readonly carbon_g: Quantity
  }
  /** Why there is no `ran` although a run was given. */
  readonly reason?: string
}

const NAMES: readonly string[] = ['cloud', 'energyKwh', 'record', 'basis'] satisfies (keyof RankOptions)[]
const BASES: readonly unknown[] = ['lifecycle', 'direct']

const checkOptions = (options: RankOptions): void => {
  for (const name of Object.keys(options)) {
    if (!NAMES.includes(name))
      throw new EpochwattError('OPTION_UNKNOWN', `Unknown option "${name}". Accepted: ${NAMES.join(', ')}.`)
  }
  const { energyKwh, record, basis } = options
  if (energyKwh !== undefined && record)
    throw new OptionError('energyKwh', energyKwh, 'nothing beside "record", which brings its own energy')
  if (energyKwh !== undefined && !(energyKwh > 0 && energyKwh < Number.POSITIVE_INFINITY))
    throw new OptionError('energyKwh', energyKwh, 'a number of kWh above 0')
  if (basis !== undefined && !BASES.includes(basis))
    throw new OptionError('basis', basis, '"lifecycle" or "direct"')
}

const rowsOf = (cloud: string | undefined): readonly CloudRegionRow[] => {
  if (cloud === undefined) return cloudRegionRows()
  const rows = cloudRegionRows().filter(({ provider }) => provider === cloud.trim().toLowerCase())
  if (rows.length > 0) return rows
  const providers = [...new Set(cloudRegionRows().map(({ provider }) => provider))]
  throw new OptionError(
    'cloud',
    cloud,
    `one of ${providers.join(', ')}${didYouMean(closeMatches(cloud, providers))}`,
  )
}

const energyOf = ({ energyKwh = 1, record }: RankOptions): Quantity => {
  if (!record)
    return {
      value: energyKwh,
      low: energyKwh,
      high: energyKwh,
      unit: 'kWh',
      tier: 'modelled',
      method: 'as stated',
    }
  if (!record.energy.total_kwh)
    throw new EpochwattError(
      'ENERGY_UNKNOWN',
      `The energy of run ${record.id} is unknown; rank for a number of kWh instead.`,
    )
  return supplied(record.energy.total_kwh, record)
}

/** Most regions keep their own figure on it: Google publishes direct ones, countries are on lifecycle. */
const usualBasis = (rows: readonly CloudRegionRow[]): RankingBasis => {
  const direct = rows.filter(row => ownIntensity(row).basis === 'direct').length
  return direct > rows.length / 2 ? 'direct' : 'lifecycle'
}

/** Where a run was, on the basis of the ranking: by its own figure if that is on it, else by the tables. */
const ranOn = (record: RunRecord, basis: RankingBasis): Conversion | string => {
  const own = recordedGrid(record)
  const pue = recordedPue(record)
  if (own.fallback) return 'the place of the run is unknown'
  if (own.basis === basis && own.kind === 'average') return { grid: own, pue }
  const grid = placeIntensity(record.location, basis)
  return grid ? { grid, pue } : `there is no ${basis} figure for where the run was`
}

interface Candidate extends Conversion {
  readonly row: CloudRegionRow
  readonly carbon: Quantity
}

const nameOf = ({ provider, region }: CloudRegionRow): string => `${provider}:${region}`

/** The same region in the record and in the ranking: one grid, not two that happen to be equal. */
const sameGrid = (candidate: Candidate, ran: Conversion): Candidate =>
  candidate.grid.zone === ran.grid.zone && candidate.grid.gramsPerKwh === ran.grid.gramsPerKwh
    ? { ...candidate, grid: ran.grid }
    : candidate

/**
 * Cloud regions by the carbon that an amount of energy has there, the least first: energy × PUE of the region ×
 * intensity of its grid. All intensities of a ranking are on one basis; regions whose own figure is on the other one
 * are ranked by their country's average, or left out where there is none. Pure; tables only, no network.
 *
 * A rank is the order of best guesses. Whether two regions differ at all is what `to_best` and `saving` say.
 *
 * @throws OptionError for an unknown provider or value; EpochwattError `ENERGY_UNKNOWN`, `OPTION_UNKNOWN`.
 *
 * @example
 * ```ts
 * rankRegions({ cloud: 'aws', energyKwh: 12 }).regions[0]?.cloud // 'aws:eu-north-1'
 * ```
 */
export const rankRegions = (options: RankOptions = {}): RegionRanking => {
  checkOptions(options)
  const { record } = options
  const rows = rowsOf(options.cloud)
  const energy = energyOf(options)
  const basis = options.basis ?? usualBasis(rows)
  const machine = recordedMachine(record)
  const candidates = rows.flatMap((row): Candidate[] => {
    const grid = cloudIntensity(row, basis)
    if (!grid) return []
    const { provider, region, country } = row
    const pue = resolvePue({ location: { country, provider, cloudRegion: region, how: 'option' }, machine })
    return [{ row, grid, pue, carbon: operationalCarbon([{ energy, intensity: grid }], pue) }]
  })
  candidates.sort((a, b) => a.carbon.value - b.carbon.value || nameOf(a.row).localeCompare(nameOf(b.row)))

  const found = record && ranOn(record, basis)
  const ran = typeof found === 'object' ? found : undefined
  const ranCarbon = ran && operationalCarbon([{ energy, intensity: ran.grid }], ran.pue)
  const [best] = candidates
  const regions = candidates.map((candidate): RankedRegion => {
    const { row, grid, pue, carbon } = candidate
    const ratio = ran && footprintRatio(sameGrid(candidate, ran), ran)
    return {
      rank: candidates.findIndex(other => other.carbon.value === carbon.value) + 1,
      cloud: nameOf(row),
      place: row.place,
      country: row.country,
      carbon_g: carbon,
      grid: gridFigure(grid),
      pue: pueFigure(pue),
      own_figure: ownIntensity(row).basis === basis,
      // No intensity of the tables is 0, which is what would leave it undefined.
      to_best: footprintRatio(candidate, best!)!,
      ...(ranCarbon && ratio && { saving: { carbon_g: ranCarbon.value - carbon.value, ratio } }),
    }
  })
  return {
    basis,
    energy_kwh: energy,
    regions,
    left_out: rows
      .filter(row => !candidates.some(candidate => candidate.row === row))
      .map(row => ({ cloud: nameOf(row), reason: `there is no ${basis} figure for ${row.place}` })),
    ...(ran &&
      ranCarbon && { ran: { grid: gridFigure(ran.grid), pue: pueFigure(ran.pue), carbon_g: ranCarbon } }),
    ...(typeof found === 'string' && { reason: found }),
  }
}
