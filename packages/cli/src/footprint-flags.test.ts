import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkOptions, openStore, type TrackingOptions } from '@epochwatt/core'
import { afterAll, describe, expect, it } from 'vitest'
import { FOOTPRINT_FLAGS } from './footprint-flags.js'
import { RUN_FLAG_NAMES } from './run-flags.js'

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

describe('flags of a run', () => {
  const record = (store: string, ...flags: string[]) => {
    const folder = join(dir, store)
    const args = [BIN, 'run', '--quiet', '--dir', folder, ...flags, '--', process.execPath, '-e', '']
    const { status, stderr } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      env: { ...process.env, EPOCHWATT_SAMPLING_INTERVAL_MS: '50' },
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    return openStore(folder).read('latest')
  }

  it('are the names of the options, in kebab-case', () => {
    for (const [flag, option] of Object.entries(RUN_FLAG_NAMES))
      expect(flag).toBe(option.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`))
  })

  it('say place, building, intensity and whether the hardware counts', () => {
    const { carbon, grid, pue } = record('none', '--embodied', 'false', '--intensity', '50', '--pue', '1.2')
    expect(carbon.embodied_g).toBeUndefined()
    expect(grid.g_per_kwh.value).toBe(50)
    expect(pue.value).toBe(1.2)
    const byParts = record('parts', '--embodied', 'parts', '--cloud', 'aws:eu-north-1', '--offline')
    expect(byParts.carbon.embodied_parts?.map(({ name }) => name)).toContain('enclosure')
    expect(byParts.location.cloud_region).toBe('eu-north-1')
  })

  it('name the option that is wrong as it was written', () => {
    const wrong = (...flags: string[]) =>
      spawnSync(process.execPath, [BIN, 'run', ...flags, '--', 'true'], { encoding: 'utf8' })
    const mode = wrong('--embodied', 'some')
    expect(mode.status).toBe(2)
    expect(mode.stderr).toContain('Option "--embodied" is "some"; accepted: true, false or "parts"')
    expect(wrong('--intensity', '1', '--grid-intensity', '2').stderr).toContain('given twice')
    expect(wrong('--static-policy', 'mine').stderr).toContain('Option "--static-policy" is "mine"')
  })

  it.each(['estimate', 'recompute', 'run', 'doctor'])('take both names of the intensity in %s', name => {
    const { stdout } = spawnSync(process.execPath, [BIN, name, '--help'], { encoding: 'utf8' })
    expect(stdout).toMatch(/^ {2}--intensity G /m)
    expect(stdout).toMatch(/^ {2}--grid-intensity G /m)
  })
})
