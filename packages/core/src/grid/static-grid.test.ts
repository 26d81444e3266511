import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cloudRegionRows } from '../data/cloud-regions.js'
import { countryRows } from '../data/grid-countries.js'
import { regionRows } from '../data/grid-regions.js'
import { OptionError } from '../errors.js'
import type { Location } from './location.js'
import { resolveLocation } from './resolve-location.js'
import { resolveGridIntensity } from './static-grid.js'

const at = (location: Location) => resolveGridIntensity({ location })
const place = (options: Parameters<typeof resolveLocation>[0]) => at(resolveLocation(options))

describe('resolveGridIntensity', () => {
  it.each([
    [
      "the user's figure before everything",
      { country: 'SE', cloud: 'gcp:europe-north2' },
      100,
      100,
      'unknown',
      'SE',
    ],
    [
      "the provider's own figure before a state",
      { cloud: 'gcp:us-west1', region: 'US-OR' },
      undefined,
      79.23,
      'direct',
      'gcp:us-west1',
    ],
    [
      'a state before a cloud region that only quotes a grid',
      { cloud: 'aws:us-west-2', region: 'US-OR' },
      undefined,
      165.6,
      'direct',
      'US-OR',
    ],
    [
      'a quoted grid where no state is named',
      { cloud: 'aws:us-west-2' },
      undefined,
      288.2,
      'direct',
      'aws:us-west-2',
    ],
    ['a state before its country', { region: 'US-CA' }, undefined, 179.1, 'direct', 'US-CA'],
    ['the country', { country: 'SE' }, undefined, 35.89, 'lifecycle', 'SE'],
    [
      'the country of a cloud region',
      { cloud: 'aws:eu-north-1' },
      undefined,
      35.89,
      'lifecycle',
      'aws:eu-north-1',
    ],
    [
      'the country of a provider without region',
      { cloud: 'ovh', country: 'FR' },
      undefined,
      44.18,
      'lifecycle',
      'FR',
    ],
    ['the world', {}, undefined, 472.94, 'lifecycle', 'WORLD'],
    ['the world for a provider alone', { cloud: 'aws' }, undefined, 472.94, 'lifecycle', 'WORLD'],
  ] as const)('takes %s', (_what, options, given, gramsPerKwh, basis, zone) => {
    const location = resolveLocation(options)
    const intensity = resolveGridIntensity({ location, ...(given !== undefined && { gridIntensity: given }) })
    expect(intensity).toMatchObject({ gramsPerKwh, basis, zone, kind: 'average', fallback: zone === 'WORLD' })
  })

  it('is loud about the world average, and wide on the clean side', () => {
    const world = place({})
    expect(world).toMatchObject({ fallback: true, tier: 'assumed' })
    expect(world.method).toContain('because the place is not known')
    expect(world.gramsPerKwh / world.low).toBeGreaterThan(5)
    expect(world.high / world.gramsPerKwh).toBeLessThan(2)
    const inside = countryRows().filter(
      ({ iso2, gramsPerKwh }) => iso2 !== '' && gramsPerKwh >= world.low && gramsPerKwh <= world.high,
    )
    expect(inside.length / (countryRows().length - 1)).toBeGreaterThanOrEqual(0.9)
    expect(inside.length / (countryRows().length - 1)).toBeLessThan(0.93)
  })

  it('says which country has no figure', () => {
    const mayotte = place({ country: 'YT' })
    expect(mayotte).toMatchObject({ fallback: true, zone: 'WORLD' })
    expect(mayotte.method).toContain('YT')
  })

  it('never falls back for a place in the tables, and bounds every figure on both sides', () => {
    const locations: readonly Location[] = [
      ...countryRows()
        .filter(({ iso2 }) => iso2 !== '')
        .map(({ iso2 }) => ({ country: iso2, how: 'option' })),
      ...regionRows().map(({ code, country }) => ({ region: code, country, how: 'option' })),
      ...cloudRegionRows().map(({ provider, region, country }) => ({
        provider,
        cloudRegion: region,
        country,
        how: 'option',
      })),
    ]
    expect(locations.length).toBeGreaterThan(500)
    for (const location of locations) {
      const { gramsPerKwh, low, high, fallback, tier, year, source, method } = at(location)
      expect({ fallback, tier }).toEqual({ fallback: false, tier: 'modelled' })
      expect(low > 0 && low < gramsPerKwh && gramsPerKwh < high, JSON.stringify(location)).toBe(true)
      expect(year).toBeGreaterThan(2000)
      expect(source).not.toMatch(/^(ember|epa|eccc|au-nga|google-region|owid|proxy)/)
      expect(method).toContain(source)
    }
  })

  it('trusts a provider more than a state, and a state more than a subregion of the US grid', () => {
    const width = (options: Parameters<typeof resolveLocation>[0]) => {
      const { high, low } = place(options)
      return high / low
    }
    expect(width({ cloud: 'gcp:europe-north1' })).toBeLessThan(width({ region: 'US-CA' }))
    expect(width({ region: 'US-CA' })).toBeLessThan(width({ region: 'EGRID-RFCW' }))
    expect(width({ cloud: 'aws:us-east-2' })).toBeCloseTo(width({ region: 'EGRID-RFCW' }), 9)
    expect(width({ country: 'SE' })).toBeLessThan(width({ country: 'AD' }))
    expect(width({ cloud: 'aws:eu-north-1' })).toBeCloseTo(width({ country: 'SE' }), 9)
    expect(width({ cloud: 'aws:ca-central-1' })).toBeCloseTo(width({ region: 'CA-QC' }), 9)
  })

  it('takes the interval of an eGRID subregion from how far such figures were off: ×2.6', () => {
    const { high, gramsPerKwh } = place({ region: 'EGRID-NWPP' })
    expect(high / gramsPerKwh).toBeCloseTo(2.63, 2)
  })

  it('keeps what the user says, zero included', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1500, noNaN: true }), gridIntensity => {
        const intensity = resolveGridIntensity({ location: { how: 'unknown' }, gridIntensity, how: 'config' })
        expect(intensity.gramsPerKwh).toBe(gridIntensity)
        expect(intensity.low <= gridIntensity && gridIntensity <= intensity.high).toBe(true)
        expect(intensity).toMatchObject({
          fallback: false,
          basis: 'unknown',
          source: 'given by the user (config)',
        })
      }),
    )
  })

  it.each([-1, 1500.1, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses %d with the way out of lb/MWh',
    gridIntensity => {
      const question = { location: { how: 'unknown' }, gridIntensity }
      expect(() => resolveGridIntensity(question)).toThrow(OptionError)
      expect(() => resolveGridIntensity(question)).toThrow(/gridIntensity.*0 to 1500.*0\.45359237/)
      expect(() => resolveGridIntensity({ ...question, how: 'environment' })).toThrow(
        /EPOCHWATT_GRID_INTENSITY/,
      )
    },
  )

  it('passes over names in a journal that the tables no longer have', () => {
    const old: Location = {
      country: 'SE',
      region: 'SE-OLD',
      provider: 'aws',
      cloudRegion: 'gone-1',
      how: 'option',
    }
    expect(at(old)).toMatchObject({ zone: 'SE', fallback: false })
  })
})
