import { describe, expect, it } from 'vitest'
import { OPTIONS } from '../options/definitions.js'
import { FOOTPRINT_OPTIONS } from '../options/footprint-options.js'
import { checkPageOptions, type PageTrackingOptions } from './page-options.js'

describe('options in a page', () => {
  it.each<[PageTrackingOptions, string]>([
    [{ dir: 'runs' }, 'nothing in a page: a page has no folder'],
    [{ psys: true }, 'nothing in a page: a page reads no instrument'],
    [{ grid: 'energy-charts' }, 'nothing in a page: give gridIntensity'],
    [{ locateByIp: 'https://geo.example/?key=secret' }, 'Option "locateByIp" is "(not shown)"'],
    [{ tariff: 'cheap' }, 'a price and its currency'],
    [{ psuEfficiency: 90 }, 'a ratio from 0.5 to 1'],
    [{ scope: 'machine' }, '"process" in a page'],
    [{ pue: 0.5 }, 'a ratio from 1 to 5'],
    [{ keepIn: {} as Storage }, 'localStorage or sessionStorage'],
    [{ contry: 'FR' } as PageTrackingOptions, 'Did you mean "country"?'],
  ])('refuses %o', (options, message) => {
    expect(() => checkPageOptions(options)).toThrow(message)
  })

  it('takes what has a meaning there, and nothing that is left unset', () => {
    const dir = undefined as unknown as string
    expect(() => checkPageOptions({ country: 'FR', pue: 1, params: { lr: 0.1 }, dir })).not.toThrow()
  })

  it('takes every option of the footprint', () => {
    for (const { name } of FOOTPRINT_OPTIONS)
      expect(() => checkPageOptions({ [name]: Symbol('wrong') })).not.toThrow('nothing in a page')
  })

  it('says what to do instead of each that it does not take', () => {
    for (const { name } of OPTIONS)
      expect(() => checkPageOptions({ [name]: Symbol('wrong') })).not.toThrow(/page: it needs Node/)
  })

  it('says of every option of Node either what it does or that it does nothing', () => {
    for (const { name } of OPTIONS) {
      expect(() => checkPageOptions({ [name]: Symbol('wrong') })).toThrow(`Option "${name}"`)
    }
  })
})
