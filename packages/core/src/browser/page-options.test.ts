import { describe, expect, it } from 'vitest'
import { OPTIONS } from '../options/definitions.js'
import { checkPageOptions, type PageTrackingOptions } from './page-options.js'

describe('options in a page', () => {
  it.each<[PageTrackingOptions, string]>([
    [{ dir: 'runs' }, 'nothing in a page: a page has no folder'],
    [{ psys: true }, 'nothing in a page: it needs Node.js'],
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

  it('says of every option of Node either what it does or that it does nothing', () => {
    for (const { name } of OPTIONS) {
      expect(() => checkPageOptions({ [name]: Symbol('wrong') })).toThrow(`Option "${name}"`)
    }
  })
})
