import type { GridBasis } from '../grid/grid-intensity.js'
import { lazyTable } from './compact-table.js'
import { GRID_COUNTRIES } from './grid-countries.gen.js'

export interface CountryRow {
  /** ISO 3166-1 alpha-2; empty for the world. */
  readonly iso2: string
  /** ISO 3166-1 alpha-3, or `WORLD`. */
  readonly iso3: string
  readonly name: string
  readonly gramsPerKwh: number
  readonly year: number
  readonly basis: GridBasis
  readonly source: string
  /** `ok`; `older` than its neighbours by years; `proxy`: another place's figure; `suspect-round`: too round to be measured. */
  readonly quality: string
}

/** Yearly average intensity of every country that has a figure, and of the world. */
export const countryRows = lazyTable(
  GRID_COUNTRIES,
  ([iso2, iso3, name, grams, year, basis, source, quality]): CountryRow => ({
    iso2: iso2!,
    iso3: iso3!,
    name: name!,
    gramsPerKwh: Number(grams),
    year: Number(year),
    basis: basis as GridBasis,
    source: source!,
    quality: quality!,
  }),
)
