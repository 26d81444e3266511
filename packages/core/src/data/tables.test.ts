import { describe, expect, it } from 'vitest'
import { cloudRegionRows } from './cloud-regions.js'
import { optionalNumber } from './compact-table.js'
import { EMBODIED } from './embodied.gen.js'
import { EQUIVALENTS } from './equivalents.gen.js'
import { countryRows } from './grid-countries.js'
import { regionRows } from './grid-regions.js'
import { residualRows } from './grid-residuals.js'
import { POWER_CONSTANTS } from './power-constants.gen.js'
import { providerPueRows } from './provider-pues.js'
import { DATA_VERSION } from './version.gen.js'

const expectYear = (year: number, what: string) => {
  expect(Number.isInteger(year) && year >= 2000 && year <= 2100, `${what}: year ${year}`).toBe(true)
}
const expectIntensity = (grams: number, what: string) => {
  expect(grams > 0 && grams <= 1500, `${what}: ${grams} g/kWh`).toBe(true)
}
const expectUnique = (keys: readonly string[]) => {
  expect(new Set(keys).size).toBe(keys.length)
}

describe('shipped tables', () => {
  it('give each country one intensity within 0-1500 g/kWh, all on one basis', () => {
    const rows = countryRows()
    expect(rows.length).toBeGreaterThan(200)
    expectUnique(rows.map(({ iso2 }) => iso2))
    expectUnique(rows.map(({ iso3 }) => iso3))
    for (const row of rows) {
      expectIntensity(row.gramsPerKwh, row.name)
      expectYear(row.year, row.name)
      expect(row.basis).toBe('lifecycle')
      expect(row.iso3 === 'WORLD' ? row.iso2 : row.iso2.length, row.name).toBe(row.iso3 === 'WORLD' ? '' : 2)
      expect(['ok', 'older', 'proxy', 'suspect-round', 'aggregate']).toContain(row.quality)
    }
  })

  it('give countries at most one residual mix within 0-1500 g/kWh', () => {
    const countries = new Set(countryRows().map(({ iso2 }) => iso2))
    expectUnique(residualRows().map(({ country }) => country))
    for (const row of residualRows()) {
      expectIntensity(row.gramsPerKwh, row.country)
      expectYear(row.year, row.country)
      expect(countries).toContain(row.country)
      expect(row).toMatchObject({ basis: 'direct', source: 'aib-2024' })
    }
  })

  it('give each state and province one intensity in a country that exists', () => {
    const countries = new Set(countryRows().map(({ iso2 }) => iso2))
    expectUnique(regionRows().map(({ code }) => code))
    for (const row of regionRows()) {
      expectIntensity(row.gramsPerKwh, row.code)
      expectYear(row.year, row.code)
      expect(countries).toContain(row.country)
      expect(['lifecycle', 'direct']).toContain(row.basis)
      expect(row.name, row.code).toMatch(/\w/)
    }
  })

  it('give each cloud region an intensity, a country and a PUE of 1-3 or none', () => {
    const countries = new Set(countryRows().map(({ iso2 }) => iso2))
    expectUnique(cloudRegionRows().map(({ provider, region }) => `${provider}:${region}`))
    for (const row of cloudRegionRows()) {
      expectIntensity(row.gramsPerKwh, row.region)
      expectYear(row.year, row.region)
      expect(countries).toContain(row.country)
      expect(['lifecycle', 'direct']).toContain(row.basis)
      if (!row.pue) continue
      expect(row.pue.value >= 1 && row.pue.value <= 3, `${row.region}: PUE ${row.pue.value}`).toBe(true)
      expectYear(row.pue.year, row.region)
      expect(['provider-region', 'provider-geo', 'provider-fleet']).toContain(row.pue.scope)
    }
  })

  it('give each provider one PUE of 1-3', () => {
    expectUnique(providerPueRows().map(({ provider }) => provider))
    for (const row of providerPueRows()) {
      expect(row.pue >= 1 && row.pue <= 3, row.name).toBe(true)
      expectYear(row.year, row.name)
    }
  })

  it('hold constants that are possible, each with unit and source', () => {
    for (const { value, unit, source } of Object.values(POWER_CONSTANTS)) {
      expect(value > 0 && value < 1000).toBe(true)
      expect(unit).toMatch(/^W(\/|$)/)
      expect(source).toMatch(/\w/)
    }
    for (const { kilograms, source, year } of Object.values(EQUIVALENTS)) {
      expect(kilograms > 0 && kilograms < 10).toBe(true)
      expect(source).toMatch(/\w/)
      expectYear(year, source)
    }
    for (const device of [EMBODIED.laptop, EMBODIED.desktop, EMBODIED.serverDeclarations]) {
      expect(0 < device.low && device.low < device.value && device.value < device.high).toBe(true)
    }
    expect(
      EMBODIED.server.value > EMBODIED.serverDeclarations.low &&
        EMBODIED.server.value < EMBODIED.serverDeclarations.high,
    ).toBe(true)
    for (const [name, { value, unit, source }] of Object.entries(EMBODIED)) {
      expect(value > 0 && value <= 35_040, name).toBe(true)
      expect(unit, name).toMatch(/^(kgCO2e\/|GB\/cm2$|h$)/)
      expect(source, name).toMatch(/\w/)
    }
    expect(EMBODIED.lifetimeHours).toMatchObject({ value: 4 * 8760, unit: 'h' })
  })

  it('carry the year and month of their facts', () => {
    expect(DATA_VERSION).toMatch(/^20\d\d\.(0[1-9]|1[0-2])$/)
  })
})

describe('optionalNumber', () => {
  it('keeps unknown apart from zero', () => {
    expect(optionalNumber('')).toBeUndefined()
    expect(optionalNumber(undefined)).toBeUndefined()
    expect(optionalNumber('0')).toBe(0)
  })
})
