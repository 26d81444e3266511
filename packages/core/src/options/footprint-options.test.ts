import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { footprintChoices } from '../footprint/footprint-choices.js'
import { FOOTPRINT_OPTIONS } from './footprint-options.js'
import { environmentName, resolveOptions } from './resolve-options.js'

/** A good and a bad value of each. */
const EXAMPLES: Readonly<Record<string, readonly [good: number | string, bad: number | string]>> = {
  storageGb: [960, -1],
  machineKg: [900, -1],
  lifetimeYears: [5, 0],
  psuEfficiency: [0.94, 94],
  boardShare: [0.33, 33],
  preparationFactor: [4, -1],
  wue: [1.8, 1800],
  waterIntensity: [3, -3],
  tariff: ['0.31 EUR; 22:00-06:00 0.22; UTC', 'cheap'],
  marketIntensity: [20, 20_000],
  marginalIntensity: [600, -600],
  offsetKg: [12, -12],
}

describe.each(FOOTPRINT_OPTIONS.map(({ name }) => name))('the option %s', name => {
  const [good, bad] = EXAMPLES[name]!
  const nowhere = tmpdir()

  it('can be given in code, in the environment and in a config file', () => {
    expect(resolveOptions({ [name]: good }, {}, nowhere).values[name]).toBe(good)
    const variable = environmentName(name)
    expect(resolveOptions({}, { [variable]: String(good) }, nowhere).values[name]).toBe(good)
    const directory = mkdtempSync(join(tmpdir(), 'epochwatt-footprint-'))
    writeFileSync(join(directory, 'epochwatt.config.json'), JSON.stringify({ [name]: good }))
    expect(resolveOptions({}, {}, directory).values[name]).toBe(good)
    rmSync(directory, { recursive: true })
  })

  it('is refused at the start where it cannot be, by the name that was written', () => {
    expect(() => resolveOptions({ [name]: bad }, {}, nowhere)).toThrow(`Option "${name}" is `)
    const variable = environmentName(name)
    expect(() => resolveOptions({}, { [variable]: String(bad) }, nowhere)).toThrow(`Option "${variable}" is `)
  })

  it('reaches the footprint', () => {
    expect(footprintChoices({ [name]: good })).toHaveProperty([name])
  })
})

describe('footprintChoices', () => {
  it('is nothing where nothing was said', () => {
    expect(footprintChoices({ country: 'FR', embodied: true })).toBeUndefined()
  })

  it('fixes the clock of a tariff by time of use, so that the record reads the same elsewhere', () => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
    expect(footprintChoices({ tariff: '1 EUR; 22:00-06:00 0.5' })!.tariff!.timeZone).toBe(timeZone)
    expect(footprintChoices({ tariff: '1 EUR' })!.tariff).toEqual({ currency: 'EUR', perKwh: 1 })
  })

  it('knows that a server is to be counted by its parts', () => {
    expect(footprintChoices({ embodied: 'parts' })).toEqual({ embodiedByParts: true })
    expect(resolveOptions({}, { EPOCHWATT_EMBODIED: 'parts' }, tmpdir()).values.embodied).toBe('parts')
  })
})
