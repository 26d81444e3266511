import type { GridBasis } from '../grid/grid-intensity.js'
import { lazyTable } from './compact-table.js'
import { GRID_RESIDUALS } from './grid-residuals.gen.js'

/** What the power of a country is made of that nobody claimed by certificates. */
export interface ResidualRow {
  readonly country: string
  readonly gramsPerKwh: number
  readonly year: number
  readonly basis: GridBasis
  readonly source: string
}

/** Residual mixes of European countries, by the Association of Issuing Bodies. */
export const residualRows = lazyTable(
  GRID_RESIDUALS,
  ([country, grams, year, basis, source]): ResidualRow => ({
    country: country!,
    gramsPerKwh: Number(grams),
    year: Number(year),
    basis: basis as GridBasis,
    source: source!,
  }),
)
