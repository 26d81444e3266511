import type { GridBasis } from '../grid/grid-intensity.js'
import { CLOUD_REGIONS } from './cloud-regions.gen.js'
import { lazyTable, optionalNumber } from './compact-table.js'

export interface CloudRegionRow {
  readonly provider: string
  readonly region: string
  readonly place: string
  readonly country: string
  readonly gramsPerKwh: number
  readonly basis: GridBasis
  readonly year: number
  /** The provider's own publication, or `publisher:place` where the row quotes the country or sub-national table. */
  readonly source: string
  readonly pue?: {
    readonly value: number
    readonly year: number
    readonly scope: 'provider-region' | 'provider-geo' | 'provider-fleet'
  }
}

type PueScope = NonNullable<CloudRegionRow['pue']>['scope']

/** Regions of cloud providers: where they are, how clean their power is on average, and their PUE where one is published. */
export const cloudRegionRows = lazyTable(
  CLOUD_REGIONS,
  ([
    provider,
    region,
    place,
    country,
    grams,
    basis,
    year,
    source,
    pue,
    pueYear,
    pueScope,
  ]): CloudRegionRow => {
    const value = optionalNumber(pue)
    return {
      provider: provider!,
      region: region!,
      place: place!,
      country: country!,
      gramsPerKwh: Number(grams),
      basis: basis as GridBasis,
      year: Number(year),
      source: source!,
      ...(value !== undefined && { pue: { value, year: Number(pueYear), scope: pueScope as PueScope } }),
    }
  },
)

/** A region in its provider's own spelling. */
export const findCloudRegion = (provider: string, region: string): CloudRegionRow | undefined =>
  cloudRegionRows().find(row => row.provider === provider && row.region === region)
