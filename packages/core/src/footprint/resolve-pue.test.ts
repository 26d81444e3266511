import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cloudRegionRows } from '../data/cloud-regions.js'
import { OptionError } from '../errors.js'
import { resolveLocation } from '../grid/resolve-location.js'
import type { MachineFacts } from '../sensors/sensor.js'
import { resolvePue } from './resolve-pue.js'

const facts = (cpuModel: string, virtual = false): MachineFacts => ({
  cpuModel,
  threads: 8,
  sockets: 1,
  memoryBytes: 16e9,
  virtual,
  energyFiltering: false,
})
const LAPTOP = facts('Intel(R) Core(TM) i7-8650U CPU @ 1.90GHz')
const SERVER = facts('AMD EPYC 7763 64-Core Processor')
const GUEST = facts('QEMU Virtual CPU version 2.5+', true)
const RIDDLE = facts('Loongson-3A5000')

const pueOf = (cloud: string | undefined, machine: MachineFacts, pue?: number) =>
  resolvePue({
    location: resolveLocation(cloud === undefined ? {} : { cloud }),
    machine,
    ...(pue !== undefined && { pue }),
  })

describe('resolvePue', () => {
  it.each([
    ["the user's figure before a cloud region", 'aws:eu-north-1', SERVER, 1.3, 1.3, 'option'],
    ["the region's own figure", 'aws:eu-north-1', SERVER, undefined, 1.1, 'cloud-region'],
    [
      "the region's own figure whatever the CPU looks like",
      'aws:eu-north-1',
      LAPTOP,
      undefined,
      1.1,
      'cloud-region',
    ],
    ['that of its part of the world', 'aws:eu-west-3', SERVER, undefined, 1.11, 'provider'],
    ['that of the fleet', 'gcp:europe-west9', SERVER, undefined, 1.09, 'provider'],
    ['that of the fleet without a region', 'aws', SERVER, undefined, 1.15, 'provider'],
    [
      '1.58 for a provider that publishes none',
      'hetzner:fsn1',
      SERVER,
      undefined,
      1.58,
      'unknown-data-centre',
    ],
    ['1.58 rather than a best case', 'oracle:uk-london-1', SERVER, undefined, 1.58, 'unknown-data-centre'],
    ['1.0 for a laptop', undefined, LAPTOP, undefined, 1, 'local'],
    ['1.0 for a laptop under a hypervisor', undefined, { ...LAPTOP, virtual: true }, undefined, 1, 'local'],
    ['1.58 for a server without a name', undefined, SERVER, undefined, 1.58, 'unknown-data-centre'],
    ['1.58 for a guest without a name', undefined, GUEST, undefined, 1.58, 'unknown-data-centre'],
    ['1.0 for a machine of which nothing is known', undefined, RIDDLE, undefined, 1, 'local'],
  ] as const)('takes %s', (_what, cloud, machine, given, value, how) => {
    const pue = pueOf(cloud, machine, given)
    expect(pue).toMatchObject({ value, how })
    expect(pue.source).not.toBe('')
  })

  it('is certain of a laptop, and of nothing where it only assumes one', () => {
    expect(pueOf(undefined, LAPTOP)).toMatchObject({ low: 1, high: 1, tier: 'modelled' })
    expect(pueOf(undefined, RIDDLE)).toMatchObject({ low: 1, high: 1.58, tier: 'assumed' })
    expect(pueOf(undefined, GUEST)).toMatchObject({ low: 1.1, high: 2, tier: 'assumed' })
  })

  it('bounds every region, never below 1, and trusts its own figure more than a wider one', () => {
    for (const { provider, region } of cloudRegionRows()) {
      const { value, low, high } = pueOf(`${provider}:${region}`, SERVER)
      expect(1 <= low && low <= value && value < high && high < 2.01, `${provider}:${region}`).toBe(true)
    }
    const own = pueOf('aws:eu-north-1', SERVER)
    const wider = pueOf('aws:eu-west-3', SERVER)
    expect(own.high / own.value).toBeLessThan(wider.high / wider.value)
  })

  it('says that Oracle publishes only a best case', () => {
    expect(pueOf('oracle', SERVER).source).toContain('1.15')
  })

  it('keeps what the user says', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 5, noNaN: true }), pue => {
        expect(pueOf(undefined, LAPTOP, pue)).toMatchObject({
          value: pue,
          low: pue,
          high: pue,
          how: 'option',
        })
      }),
    )
  })

  it.each([-1, 0, 0.99, 5.01, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', pue => {
    const question = { location: { how: 'unknown' }, machine: LAPTOP, pue }
    expect(() => resolvePue(question)).toThrow(OptionError)
    expect(() => resolvePue(question)).toThrow(/"pue".*from 1 to 5/)
    expect(() => resolvePue({ ...question, how: 'environment' })).toThrow(/EPOCHWATT_PUE/)
  })
})
