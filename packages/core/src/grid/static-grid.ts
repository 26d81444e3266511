import { type CloudRegionRow, findCloudRegion } from '../data/cloud-regions.js'
import { type CountryRow, countryRows } from '../data/grid-countries.js'
import { type RegionRow, regionRows } from '../data/grid-regions.js'
import { OptionError } from '../errors.js'
import type { GridIntensity } from './grid-intensity.js'
import { banded, type IntensityBand } from './intensity-bands.js'
import type { Location } from './location.js'
import { sourceLabel } from './source-labels.js'

/** Nothing that is burnt for power comes near it. A larger number is nearly always in lb/MWh. */
const MAX_GRAMS_PER_KWH = 1500

/** Figures from before this year describe another grid. */
const STALE_BEFORE = 2016

export interface GridQuestion {
  readonly location: Location
  /** The user's own figure, in gCO2e/kWh or with all that belongs to it; it wins over every table. */
  readonly gridIntensity?: number | GridIntensity
  /** Where that figure was set: `option` (default), `environment` or `config`. */
  readonly how?: string
}

const givenIntensity = (gramsPerKwh: number, how: string, location: Location): GridIntensity => {
  if (!(gramsPerKwh >= 0 && gramsPerKwh <= MAX_GRAMS_PER_KWH))
    throw new OptionError(
      how === 'environment' ? 'EPOCHWATT_GRID_INTENSITY' : 'gridIntensity',
      gramsPerKwh,
      `a number of gCO2e per kWh from 0 to ${MAX_GRAMS_PER_KWH} (a figure in lb/MWh is multiplied by 0.45359237)`,
    )
  return {
    ...banded(gramsPerKwh, 'given', `intensity given by the user (${how}), taken as an average of its place`),
    zone: location.region ?? location.country ?? 'given',
    source: `given by the user (${how})`,
    basis: 'unknown',
    kind: 'average',
    tier: 'modelled',
    fallback: false,
  }
}

interface YearlyFigure {
  readonly zone: string
  readonly place: string
  readonly gramsPerKwh: number
  readonly basis: GridIntensity['basis']
  readonly year: number
  readonly source: string
}

const yearlyIntensity = (figure: YearlyFigure, band: IntensityBand): GridIntensity => {
  const { gramsPerKwh, zone, basis, year } = figure
  const source = sourceLabel(figure.source)
  return {
    ...banded(gramsPerKwh, band, `yearly average ${year} of ${figure.place}, ${basis} emissions, ${source}`),
    zone,
    source,
    basis,
    kind: 'average',
    year,
    tier: 'modelled',
    fallback: false,
  }
}

const ofCountry = (row: CountryRow): GridIntensity => {
  const isWeak = row.quality === 'proxy' || row.quality === 'suspect-round' || row.year < STALE_BEFORE
  return yearlyIntensity({ ...row, zone: row.iso2, place: row.name }, isWeak ? 'weak-country' : 'country')
}

const ofRegion = (row: RegionRow): GridIntensity =>
  yearlyIntensity(
    { ...row, zone: row.code, place: row.name },
    row.level === 'egrid-subregion' ? 'egrid-subregion' : 'subnational',
  )

/** Rows with a `publisher:place` source quote another table; the others are the provider's own figures. */
const isPublished = ({ source }: CloudRegionRow): boolean => !source.includes(':')

const bandOfCloudRegion = (row: CloudRegionRow): IntensityBand => {
  if (isPublished(row)) return 'published'
  if (row.source.startsWith('ember')) return 'country'
  return row.source.startsWith('epa-egrid') ? 'egrid-subregion' : 'subnational'
}

const ofCloudRegion = (row: CloudRegionRow): GridIntensity =>
  yearlyIntensity(
    { ...row, zone: `${row.provider}:${row.region}`, place: `${row.provider} ${row.region}, ${row.place}` },
    bandOfCloudRegion(row),
  )

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.round(share * (sorted.length - 1))]!

/**
 * The world average where the place is not known. It is a poor guess in a lopsided way: a clean grid is a tenth of it,
 * a dirty one hardly twice. So the interval is not a factor but the span that holds 90 % of all countries.
 */
const ofWorld = (location: Location): GridIntensity => {
  const world = countryRows().find(({ iso3 }) => iso3 === 'WORLD')!
  const others = countryRows().filter(row => row !== world)
  const sorted = others.map(row => row.gramsPerKwh).sort((a, b) => a - b)
  const why =
    location.country === undefined
      ? 'because the place is not known'
      : `because there is no figure for ${location.country}`
  return {
    ...yearlyIntensity({ ...world, zone: 'WORLD', place: `the world, ${why}` }, 'country'),
    low: quantile(sorted, 0.05),
    high: quantile(sorted, 0.95),
    tier: 'assumed',
    fallback: true,
    method: `yearly average ${world.year} of the world, ${why}; ${world.basis} emissions, ${sourceLabel(world.source)}; the interval holds 90 % of ${others.length} countries`,
  }
}

/**
 * Carbon intensity of the electricity at a place, from the user or from the tables that come with the package: no
 * network. The first of these that exists: the user's figure, the cloud provider's own figure for its region, the
 * state or province, the country (also where a cloud region quotes one of these two), the world with `fallback: true`.
 *
 * Location-based averages only; basis and year travel with the figure. Low and high are a 90 % interval.
 *
 * @throws OptionError when the user's figure is not between 0 and 1500 gCO2e/kWh.
 *
 * @example
 * ```ts
 * resolveGridIntensity({ location: resolveLocation({ country: 'SE' }) }).gramsPerKwh // 35.89
 * resolveGridIntensity({ location: { how: 'unknown' } }).fallback // true
 * ```
 */
export const resolveGridIntensity = ({
  location,
  gridIntensity,
  how = 'option',
}: GridQuestion): GridIntensity => {
  if (typeof gridIntensity === 'object') return gridIntensity
  if (gridIntensity !== undefined) return givenIntensity(gridIntensity, how, location)
  const { provider, cloudRegion, region, country } = location
  const cloud = provider && cloudRegion ? findCloudRegion(provider, cloudRegion) : undefined
  if (cloud && isPublished(cloud)) return ofCloudRegion(cloud)
  const subnational = region ? regionRows().find(({ code }) => code === region) : undefined
  if (subnational) return ofRegion(subnational)
  if (cloud) return ofCloudRegion(cloud)
  const national = country ? countryRows().find(({ iso2 }) => iso2 === country) : undefined
  return national ? ofCountry(national) : ofWorld(location)
}
