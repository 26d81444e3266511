import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cloudRegionRows } from '../data/cloud-regions.js'
import { EpochwattError, OptionError } from '../errors.js'
import type { RunEntry } from '../journal/entry.js'
import { buildRecord } from '../record/build-record.js'
import type { RunRecord } from '../record/record.js'
import { scriptedRun, tickAt } from '../testing/scripted-run.js'
import { type RankOptions, rankRegions } from './rank-regions.js'

const GRID = scriptedRun().grid

/** One hour at 200 W: 0.2 kWh. */
const recorded = (overrides: Partial<RunEntry> = {}): RunRecord =>
  buildRecord(scriptedRun(overrides), [
    ...Array.from({ length: 361 }, (_, i) => tickAt(i * 10, [i * 10 * 200 * 1e6])),
    { type: 'stop', t: 3600e9, status: 'finished' },
  ])

const find = ({ regions }: ReturnType<typeof rankRegions>, cloud: string) =>
  regions.find(region => region.cloud === cloud)!

describe('rankRegions', () => {
  it.each<[string, RankOptions]>([
    ['all clouds', {}],
    ['aws', { cloud: 'aws' }],
    ['gcp', { cloud: 'gcp' }],
    ['gcp on lifecycle', { cloud: 'gcp', basis: 'lifecycle' }],
    ['aws on direct', { cloud: 'aws', basis: 'direct' }],
    ['scaleway', { cloud: 'Scaleway' }],
  ])('keeps %s to one basis, names each region once and forgets none', (_what, options) => {
    const { basis, regions, left_out } = rankRegions(options)
    expect(new Set(regions.map(({ grid }) => grid.basis))).toEqual(new Set([basis]))
    expect(new Set(regions.map(({ grid }) => grid.kind))).toEqual(new Set(['average']))
    const named = [...regions, ...left_out].map(({ cloud }) => cloud)
    const asked = cloudRegionRows().filter(
      ({ provider }) => !options.cloud || provider === options.cloud.toLowerCase(),
    )
    expect(named.toSorted()).toEqual(asked.map(({ provider, region }) => `${provider}:${region}`).toSorted())
  })

  it('takes the basis on which most regions have their own figure', () => {
    expect(rankRegions().basis).toBe('lifecycle')
    expect(rankRegions({ cloud: 'aws' }).basis).toBe('lifecycle')
    expect(rankRegions({ cloud: 'gcp' }).basis).toBe('direct')
    expect(rankRegions({ cloud: 'gcp', basis: 'lifecycle' }).basis).toBe('lifecycle')
  })

  it('multiplies energy, PUE and intensity of each region', () => {
    const ranking = rankRegions({ cloud: 'aws', energyKwh: 10 })
    const stockholm = find(ranking, 'aws:eu-north-1')
    expect(stockholm.carbon_g.value).toBeCloseTo(10 * 1.1 * 35.89, 9)
    expect(stockholm).toMatchObject({ country: 'SE', own_figure: true, pue: { value: 1.1 } })
    expect(ranking.regions[0]!.rank).toBe(1)
  })

  it('lets the country stand in, more widely, for a region whose figure is on the other basis', () => {
    const ranking = rankRegions({ cloud: 'aws' })
    const virginia = find(ranking, 'aws:us-east-1')
    const oregon = find(ranking, 'aws:us-west-2')
    expect(virginia).toMatchObject({ own_figure: false, grid: { zone: 'US', basis: 'lifecycle' } })
    expect(virginia.grid.g_per_kwh.value).toBe(oregon.grid.g_per_kwh.value)
    expect(virginia.grid.g_per_kwh.method).toMatch(
      /for want of a figure of the region; 90 % interval ×\/÷ 2\.63$/,
    )
    expect(virginia.grid.g_per_kwh.high / virginia.grid.g_per_kwh.value).toBeGreaterThan(
      find(ranking, 'aws:eu-north-1').grid.g_per_kwh.high / 35.89,
    )
  })

  it('leaves out on the direct basis what has only a lifecycle figure, and says why', () => {
    const { left_out, regions } = rankRegions({ cloud: 'aws', basis: 'direct' })
    expect(left_out).toContainEqual({
      cloud: 'aws:eu-north-1',
      reason: expect.stringContaining('no direct figure'),
    })
    expect(regions.every(({ own_figure }) => own_figure)).toBe(true)
  })

  it('does not call regions different whose intervals overlap', () => {
    const { regions } = rankRegions({ cloud: 'aws' })
    const [best, second] = regions
    expect(best!.to_best).toMatchObject({ value: 1, verdict: 'same' })
    expect(second!.to_best.verdict).toBe('undecided')
    expect(regions.at(-1)!.to_best.verdict).toBe('higher')
    for (const { to_best } of regions) {
      expect(to_best.low <= to_best.value && to_best.value <= to_best.high).toBe(true)
      if (to_best.verdict === 'higher') expect(to_best.low).toBeGreaterThan(1)
      if (to_best.verdict === 'undecided') expect(to_best.low).toBeLessThanOrEqual(1)
    }
  })

  it('says what would be saved against where the run was, in its own energy', () => {
    const record = recorded({
      location: { country: 'PL', how: 'option' },
      grid: { ...GRID, gramsPerKwh: 600, low: 400, high: 900, zone: 'PL' },
    })
    const ranking = rankRegions({ cloud: 'aws', record })
    expect(ranking.energy_kwh).toEqual(record.energy.total_kwh)
    expect(ranking.ran!.carbon_g.value).toBeCloseTo(0.2 * 600, 9)
    const { saving } = find(ranking, 'aws:eu-north-1')
    expect(saving!.carbon_g).toBeCloseTo(0.2 * (600 - 1.1 * 35.89), 9)
    expect(saving!.ratio).toMatchObject({ verdict: 'lower' })
    // The energy's interval is in both figures, so it is not in their ratio.
    expect(saving!.ratio.value).toBeCloseTo((1.1 * 35.89) / 600, 9)
  })

  it('takes the place of the run on the basis of the ranking, not the figure of the other basis', () => {
    const record = recorded({
      location: { country: 'US', provider: 'aws', cloudRegion: 'us-east-1', how: 'option' },
      grid: { ...GRID, gramsPerKwh: 270, low: 100, high: 700, zone: 'aws:us-east-1', basis: 'direct' },
    })
    const lifecycle = rankRegions({ cloud: 'aws', record })
    expect(lifecycle.ran!.grid).toMatchObject({ basis: 'lifecycle', zone: 'US' })
    const direct = rankRegions({ cloud: 'aws', record, basis: 'direct' })
    expect(direct.ran!.grid.g_per_kwh.value).toBe(270)
  })

  it('finds nothing to save in the region where the run was, but for the PUE', () => {
    const row = find(rankRegions({ cloud: 'aws' }), 'aws:eu-north-1')
    const record = recorded({
      location: { country: 'SE', provider: 'aws', cloudRegion: 'eu-north-1', how: 'option' },
      grid: { ...GRID, gramsPerKwh: row.grid.g_per_kwh.value, low: 20, high: 60, zone: row.grid.zone },
      pue: { value: 1.1, low: 1.1, high: 1.1, tier: 'modelled', source: 'given', how: 'option' },
    })
    const { saving } = find(rankRegions({ cloud: 'aws', record }), 'aws:eu-north-1')
    expect(saving!.carbon_g).toBeCloseTo(0, 9)
    expect(saving!.ratio.high).toBeLessThan(1.1)
  })

  it('does not compare with a place that nobody knows', () => {
    const lost = recorded({ location: { how: 'unknown' }, grid: { ...GRID, zone: 'WORLD', fallback: true } })
    const ranking = rankRegions({ cloud: 'aws', record: lost })
    expect(ranking).not.toHaveProperty('ran')
    expect(ranking.reason).toContain('place of the run is unknown')
    expect(ranking.regions[0]).not.toHaveProperty('saving')
    const french = rankRegions({ cloud: 'gcp', record: recorded(), basis: 'direct' })
    expect(french.reason).toContain('no direct figure')
  })

  it('refuses what it cannot understand', () => {
    expect(() => rankRegions({ cloud: 'awz' })).toThrow(/did you mean "aws"/)
    expect(() => rankRegions({ cloud: 'aws:eu-north-1' })).toThrow(OptionError)
    expect(() => rankRegions({ energyKwh: 0 })).toThrow(OptionError)
    expect(() => rankRegions({ energyKwh: Number.NaN })).toThrow(OptionError)
    expect(() => rankRegions({ energyKwh: 1, record: recorded() })).toThrow(/"energyKwh"/)
    expect(() => rankRegions({ basis: 'marginal' } as unknown as RankOptions)).toThrow(
      /"lifecycle" or "direct"/,
    )
    expect(() => rankRegions({ kwh: 1 } as RankOptions)).toThrow(/Unknown option "kwh"/)
    const { energy, ...rest } = recorded()
    const unknown = { ...rest, energy: { components: energy.components } }
    expect(() => rankRegions({ record: unknown })).toThrow(EpochwattError)
  })

  it('is in order, and in the same order for any energy', () => {
    const order = rankRegions({ cloud: 'azure' }).regions.map(({ cloud }) => cloud)
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e6, noNaN: true }), energyKwh => {
        const { regions } = rankRegions({ cloud: 'azure', energyKwh })
        expect(regions.map(({ cloud }) => cloud)).toEqual(order)
        for (const [i, { carbon_g, rank }] of regions.entries()) {
          expect(carbon_g.low <= carbon_g.value && carbon_g.value <= carbon_g.high).toBe(true)
          if (i > 0) {
            expect(carbon_g.value).toBeGreaterThanOrEqual(regions[i - 1]!.carbon_g.value)
            expect(rank).toBeGreaterThanOrEqual(regions[i - 1]!.rank)
          }
        }
      }),
      { numRuns: 20 },
    )
  })
})
