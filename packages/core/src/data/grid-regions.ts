import type { GridBasis } from '../grid/grid-intensity.js'
import { lazyTable } from './compact-table.js'
import { GRID_REGIONS } from './grid-regions.gen.js'

export interface RegionRow {
  /** ISO 3166-2, e.g. `US-CA`, or `EGRID-` and a subregion of the US grid. */
  readonly code: string
  readonly country: string
  readonly level: 'state' | 'province' | 'egrid-subregion'
  readonly name: string
  readonly gramsPerKwh: number
  readonly year: number
  readonly basis: GridBasis
  readonly source: string
}

/** Yearly average intensity of states and provinces (US, Canada, Australia), by their governments. */
export const regionRows = lazyTable(
  GRID_REGIONS,
  ([code, country, level, name, grams, year, basis, source]): RegionRow => ({
    code: code!,
    country: country!,
    level: level as RegionRow['level'],
    name: name!,
    gramsPerKwh: Number(grams),
    year: Number(year),
    basis: basis as GridBasis,
    source: source!,
  }),
)
