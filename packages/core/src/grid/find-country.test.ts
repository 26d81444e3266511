import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countryRows } from '../data/grid-countries.js'
import { countriesLike, findCountry } from './find-country.js'

const countries = countryRows().filter(({ iso2 }) => iso2 !== '')

describe('findCountry', () => {
  it('finds every country of the table by both codes and by its name, in any case', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...countries),
        fc.boolean(),
        fc.constantFrom('', ' '),
        ({ iso2, iso3, name }, loud, space) => {
          for (const text of [iso2, iso3, name]) {
            expect(findCountry(space + (loud ? text.toUpperCase() : text.toLowerCase()) + space)).toBe(iso2)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it.each([
    ['UK', 'GB'],
    ['england', 'GB'],
    ['USA', 'US'],
    ['United States of America', 'US'],
    ['Russia', 'RU'],
    ['Turkey', 'TR'],
    ['Turkiye', 'TR'],
    ['Cote d’Ivoire', 'CI'],
    ['Ivory Coast', 'CI'],
    ['Reunion', 'RE'],
    ['the netherlands', 'NL'],
    ['Democratic Republic of the Congo', 'CD'],
    ['Congo', 'CG'],
    ['State of Palestine', 'PS'],
    ['St. Lucia', 'LC'],
    ['Trinidad & Tobago', 'TT'],
    ['Guinea Bissau', 'GW'],
    ['British Virgin Islands', 'VG'],
    ['South Korea', 'KR'],
    ['EL', 'GR'],
  ])('knows %s', (text, iso2) => {
    expect(findCountry(text)).toBe(iso2)
  })

  it.each(['YT', 'aq', 'Cw'])('accepts the code %s of a territory that has no figure', code => {
    expect(findCountry(code)).toBe(code.toUpperCase())
  })

  it.each([
    'ZZ',
    'XX',
    'EU',
    'UN',
    'QO',
    'SU',
    'Swedn',
    'Atlantis',
    '',
    ' ',
    '1',
    'S',
    'WORLD',
    'constructor',
  ])('does not take %j for a country', text => {
    expect(findCountry(text)).toBeUndefined()
  })

  it('takes any text without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const found = findCountry(text)
        expect(found === undefined || /^[A-Z]{2}$/.test(found)).toBe(true)
      }),
    )
  })
})

describe('countriesLike', () => {
  it.each([
    ['Swedn', 'Sweden'],
    ['Germny', 'Germany'],
    ['sudan', 'South Sudan'],
    ['Hollnd', 'Holland'],
  ])('offers for %s the name %s', (text, name) => {
    expect(countriesLike(text)).toContain(name)
  })

  it('offers nothing for what resembles nothing', () => {
    expect(countriesLike('qqqqqqqqqqqq')).toEqual([])
    expect(countriesLike('')).toEqual([])
  })
})
