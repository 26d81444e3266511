import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkOptions, openStore, type TrackingOptions } from '@epochwatt/core'
import { afterAll, describe, expect, it } from 'vitest'
import { FOOTPRINT_FLAGS } from './footprint-flags.js'

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'epochwatt-flags-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** A value of each. */
const VALUES: Readonly<Record<string, string>> = {
  'psu-efficiency': '0.9',
  'board-share': '0.33',
  'preparation-factor': '4',
  wue: '1.8',
  'water-intensity': '3',
  tariff: '0.31 EUR',
  'market-intensity': '20',
  'marginal-intensity': '600',
  'offset-kg': '12',
  'storage-gb': '960',
  'machine-kg': '900',
  'lifetime-years': '5',
}

describe('flags of the footprint', () => {
  it('are the names of the options, in kebab-case', () => {
    for (const [flag, { option }] of Object.entries(FOOTPRINT_FLAGS))
      expect(flag).toBe(option.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`))
    expect(Object.keys(VALUES).toSorted()).toEqual(Object.keys(FOOTPRINT_FLAGS).toSorted())
  })

  it('name options that are there', () => {
    const options = Object.entries(FOOTPRINT_FLAGS).map(([flag, { option, isNumber }]) => [
      option,
      isNumber ? Number(VALUES[flag]) : VALUES[flag],
    ])
    expect(() => checkOptions({ dir, ...Object.fromEntries(options) } as TrackingOptions)).not.toThrow()
  })

  it('all have an effect on the record', () => {
    const flags = Object.entries(VALUES).flatMap(([flag, value]) => [`--${flag}`, value])
    const { status, stderr } = spawnSync(
      process.execPath,
      [BIN, 'run', '--quiet', '--dir', dir, '--country', 'FR', ...flags, '--', process.execPath, '-e', ''],
      { encoding: 'utf8', env: { ...process.env, EPOCHWATT_SAMPLING_INTERVAL_MS: '50' } },
    )
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const record = openStore(dir).read('latest')
    expect(record.water?.total_l).toBeDefined()
    expect(record.cost).toMatchObject({ currency: 'EUR', per_kwh: 0.31 })
    expect(record.preparation?.factor).toBe(4)
    expect(record.offsets).toEqual({ stated_kg: 12 })
    expect(record.grid.beside?.map(({ kind }) => kind)).toEqual(['marginal', 'residual', 'contract'])
    expect(record.carbon.embodied_parts?.[0]).toMatchObject({ whole_kg: 900, lifetime_h: 5 * 8760 })
  })
})
