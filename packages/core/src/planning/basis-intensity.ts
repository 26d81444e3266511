import { type CloudRegionRow, findCloudRegion } from '../data/cloud-regions.js'
import { regionRows } from '../data/grid-regions.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import { banded } from '../grid/intensity-bands.js'
import { resolveGridIntensity } from '../grid/static-grid.js'

/** The two bases on which the tables hold figures. */
export type RankingBasis = 'lifecycle' | 'direct'

/** The figure that the tables quote for a cloud region: its provider's, its state's or its country's. */
export const ownIntensity = ({ provider, region, country }: CloudRegionRow): GridIntensity =>
  resolveGridIntensity({ location: { country, provider, cloudRegion: region, how: 'option' } })

/** Countries whose states have figures of their own that are far apart, so that the average says little of one place. */
const isDivided = (country: string): boolean => regionRows().some(row => row.country === country)

const ofCountry = (country: string): GridIntensity | undefined => {
  const grid = resolveGridIntensity({ location: { country, how: 'option' } })
  if (grid.fallback || !isDivided(country)) return grid.fallback ? undefined : grid
  // Against flow-traced figures of the same places, a US average is as far off as a US subregion's figure.
  const method = `${grid.method.replace(/; 90 % interval.*$/, '')}, for want of a figure of the region`
  return { ...grid, ...banded(grid.gramsPerKwh, 'egrid-subregion', method) }
}

/** Intensity of a cloud region on one basis: its own figure, or where that is on the other basis its country's. */
export const cloudIntensity = (row: CloudRegionRow, basis: RankingBasis): GridIntensity | undefined => {
  const own = ownIntensity(row)
  if (own.basis === basis) return own
  const national = ofCountry(row.country)
  return national?.basis === basis ? national : undefined
}

interface RecordedPlace {
  readonly country?: string
  readonly region?: string
  readonly provider?: string
  readonly cloud_region?: string
}

/** Intensity of a place where a run was, on one basis. */
export const placeIntensity = (
  { country, region, provider, cloud_region }: RecordedPlace,
  basis: RankingBasis,
): GridIntensity | undefined => {
  const row = provider && cloud_region ? findCloudRegion(provider, cloud_region) : undefined
  if (row) return cloudIntensity(row, basis)
  if (country === undefined) return undefined
  const own = region && resolveGridIntensity({ location: { country, region, how: 'option' } })
  if (own && own.basis === basis) return own
  const national = ofCountry(country)
  return national?.basis === basis ? national : undefined
}
