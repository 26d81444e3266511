import { ZONES } from './zones.gen.js'

/** A zone of Electricity Maps. */
export interface ZoneRow {
  /** Its name in the publisher's list, e.g. `US-CAL-CISO`. */
  readonly zone: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  readonly name: string
  /** gCO2e/kWh by year; a year without a figure is absent. */
  readonly gramsPerKwh: ReadonlyMap<number, number>
}

const FIRST_YEAR = 2021

let rows: readonly ZoneRow[] | undefined

/**
 * All zones, by name.
 *
 * @example
 * ```ts
 * zoneRows().find(({ zone }) => zone === 'DK-DK1')?.gramsPerKwh.get(2024) // gCO2e per kWh
 * ```
 */
export const zoneRows = (): readonly ZoneRow[] => {
  rows ??= ZONES.split('\n').map(line => {
    const [zone, country, name, ...years] = line.split('|')
    const figures = years.flatMap((text, index) =>
      text === '' ? [] : [[FIRST_YEAR + index, Number(text)] as const],
    )
    return { zone: zone!, country: country!, name: name!, gramsPerKwh: new Map(figures) }
  })
  return rows
}

/**
 * The zones of a country, by its ISO 3166-1 alpha-2 code.
 *
 * @example
 * ```ts
 * zonesOf('DK').map(({ zone }) => zone) // ['DK-BHM', 'DK-DK1', 'DK-DK2']
 * ```
 */
export const zonesOf = (country: string): readonly ZoneRow[] =>
  zoneRows().filter(row => row.country === country.toUpperCase())
