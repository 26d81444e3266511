import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EpochwattError, OptionError } from '../errors.js'
import type { JournalEntry, RunEntry } from '../journal/entry.js'
import { buildRecord } from '../record/build-record.js'
import type { RunRecord } from '../record/record.js'
import { parseRecord } from '../record/record-schema.js'
import { scriptedRun, tickAt, windowAt } from '../testing/scripted-run.js'
import { recompute } from './recompute.js'
import type { RecomputeChanges } from './recompute-changes.js'

const HOUR = 3600

/** One hour: two epochs of 100 and 300 W, with a window and a phase of their own; 720 kJ in all, 0.2 kWh. */
const recorded = (overrides: Partial<RunEntry> = {}): RunRecord => {
  const energy = (seconds: number) => (seconds <= 1800 ? 100 * seconds : 180_000 + 300 * (seconds - 1800))
  const entries: JournalEntry[] = [
    ...Array.from({ length: 361 }, (_, i) => tickAt(i * 10, [energy(i * 10) * 1e6])),
    ...windowAt(0, 0, 1800),
    ...windowAt(1, 1800, HOUR),
    ...windowAt(2, 600, 1200, [[], []], 'train', {}),
    ...windowAt(3, 900, 2700, [[], []], 'mine', { note: 'x' }),
    { type: 'stop', t: HOUR * 1e9, status: 'finished' },
  ]
  return buildRecord(scriptedRun(overrides), entries)
}

const GRID = scriptedRun().grid
const gramsOf = (record: RunRecord): number => record.carbon.operational_g!.value
const item = ({ difference }: ReturnType<typeof recompute>, name: string) =>
  difference.items.find(candidate => candidate.name === name)!

describe('recompute', () => {
  it('computes the run, its epochs, phases and windows for another intensity', () => {
    const before = recorded()
    const { record, difference } = recompute(before, { gridIntensity: 50 })
    expect(gramsOf(before)).toBeCloseTo(20, 9)
    expect(gramsOf(record)).toBeCloseTo(10, 9)
    expect(difference.operational_g).toBeCloseTo(-10, 9)
    expect(record.epochs.map(epoch => epoch.carbon_g!.value)).toEqual([
      expect.closeTo(2.5, 9),
      expect.closeTo(7.5, 9),
    ])
    expect(record.epochs[0]!.phases.train!.carbon_g!.value).toBeCloseTo(
      before.epochs[0]!.phases.train!.carbon_g!.value / 2,
      9,
    )
    expect(record.windows[0]!.carbon_g!.value).toBeCloseTo(before.windows[0]!.carbon_g!.value / 2, 9)
    expect(record.grid).toMatchObject({
      g_per_kwh: { value: 50 },
      intervals: [{ started_s: 0, ended_s: HOUR, g_per_kwh: 50 }],
    })
  })

  it('leaves energy, times and the record given as they were', () => {
    const before = recorded()
    const copy = structuredClone(before)
    const { record } = recompute(before, { cloud: 'aws:eu-north-1' })
    expect(before).toEqual(copy)
    expect(record.energy.total_kwh).toEqual(before.energy.total_kwh)
    expect(record.energy.facility_kwh!.value).toBeCloseTo(0.2 * 1.1, 9)
    expect(record).toMatchObject({ id: before.id, started_at: before.started_at, duration_s: HOUR })
    expect(parseRecord(structuredClone(record), 'test')).toEqual(record)
  })

  it('itemises PUE and grid so that they add up, whatever the order', () => {
    const result = recompute(recorded(), { cloud: 'aws:eu-north-1' })
    // E = 0.2 kWh, P 1 -> 1.1, I 100 -> 35.89.
    expect(item(result, 'energy')).toMatchObject({ from: 0.2, to: 0.2, carbon_g: 0 })
    expect(item(result, 'pue')).toMatchObject({ from: 1, to: 1.1 })
    expect(item(result, 'pue').carbon_g).toBeCloseTo((0.2 * 0.1 * (100 + 35.89)) / 2, 9)
    expect(item(result, 'grid')).toMatchObject({ from: 100, to: 35.89 })
    expect(item(result, 'grid').carbon_g).toBeCloseTo((0.2 * (35.89 - 100) * 2.1) / 2, 9)
    expect(result.difference.operational_g).toBeCloseTo(0.2 * (1.1 * 35.89 - 100), 9)
    expect(result.record.location).toMatchObject({
      country: 'SE',
      provider: 'aws',
      cloud_region: 'eu-north-1',
    })
  })

  it.each<[string, RecomputeChanges, number]>([
    ['a country leaves the PUE of the building', { country: 'SE' }, 0.2 * 1.5 * 35.89],
    ['a cloud region brings its own', { cloud: 'aws:eu-north-1' }, 0.2 * 1.1 * 35.89],
    ['a stated one wins', { cloud: 'aws:eu-north-1', pue: 1.3 }, 0.2 * 1.3 * 35.89],
    ['a stated intensity wins', { country: 'SE', gridIntensity: 10 }, 0.2 * 1.5 * 10],
    ['a PUE alone leaves the grid', { pue: 1.2 }, 0.2 * 1.2 * 100],
    ['a state', { region: 'US-CA' }, 0.2 * 1.5 * 179.1],
  ])('%s', (_what, changes, grams) => {
    const pue = { value: 1.5, low: 1.4, high: 1.6, tier: 'assumed', source: 'test', how: 'option' } as const
    expect(gramsOf(recompute(recorded({ pue }), changes).record)).toBeCloseTo(grams, 6)
  })

  it('keeps the course of the grid over time where only the PUE changes', () => {
    // As a run would be recorded that saw the grid go from 50 to 200 between its epochs: not 0.2 kWh × one figure.
    const once = recorded()
    const scaled = (carbon: RunRecord['epochs'][number]['carbon_g'], factor: number) => ({
      ...carbon!,
      value: carbon!.value * factor,
      low: carbon!.low * factor,
      high: carbon!.high * factor,
    })
    const before: RunRecord = {
      ...once,
      carbon: { operational_g: scaled(once.carbon.operational_g, (0.05 * 50 + 0.15 * 200) / 20) },
      epochs: once.epochs.map((epoch, i) => ({
        ...epoch,
        carbon_g: scaled(epoch.carbon_g, i === 0 ? 0.5 : 2),
      })),
    }
    const { record, difference } = recompute(before, { pue: 2 })
    expect(gramsOf(record)).toBeCloseTo(2 * 32.5, 9)
    expect(record.epochs.map(epoch => epoch.carbon_g!.value)).toEqual([
      expect.closeTo(5, 9),
      expect.closeTo(60, 9),
    ])
    expect(difference.operational_g).toBeCloseTo(32.5, 9)
    const { beside, ...grid } = record.grid
    const { beside: earlier, ...same } = before.grid
    expect(grid).toEqual(same)
    expect(beside![0]!.carbon_g!.value).toBeCloseTo(2 * earlier![0]!.carbon_g!.value, 9)
  })

  it('takes a marginal figure beside the grid along with the PUE, and drops it with the place', () => {
    const once = recorded()
    const beside = [
      {
        kind: 'marginal',
        basis: 'direct',
        zone: 'FR',
        source: 'test',
        g_per_kwh: { ...once.grid.g_per_kwh, value: 400 },
        carbon_g: { ...once.carbon.operational_g!, value: 80, low: 60, high: 100 },
        intervals: [],
      },
    ] as const
    const before: RunRecord = { ...once, grid: { ...once.grid, beside } }
    const figures = recompute(before, { pue: 2 }).record.grid.beside
    expect(figures?.[0]?.carbon_g).toMatchObject({ value: 160, low: 120, high: 200 })
    expect(recompute(before, { country: 'US' }).record.grid).not.toHaveProperty('beside')
    // Sweden's own residual mix, not what was said of France.
    expect(recompute(before, { country: 'SE' }).record.grid.beside).toMatchObject([
      { kind: 'residual', zone: 'SE', g_per_kwh: { value: 85.52 } },
    ])
  })

  it('says in the record that it was recomputed, and from what, once', () => {
    const first = recompute(recorded(), { country: 'SE' }).record
    const again = recompute(first, { country: 'PL' }).record
    for (const record of [first, again]) {
      const notes = record.warnings.filter(({ code }) => code === 'RECOMPUTED')
      expect(notes).toHaveLength(1)
      expect(notes[0]!.message).toContain('grid FR (100 gCO2e/kWh) and PUE 1')
    }
  })

  it('drops the warning of an unknown place when there is one, and warns when there is none', () => {
    const lost = recorded({ grid: { ...GRID, fallback: true, zone: 'WORLD' } })
    const codes = (changes: RecomputeChanges) =>
      recompute(lost, changes).record.warnings.map(({ code }) => code)
    expect(codes({ country: 'SE' })).not.toContain('GRID_FALLBACK')
    // Mayotte is a country code without a figure.
    expect(codes({ country: 'YT' })).toContain('GRID_FALLBACK')
    expect(codes({ pue: 1.2 })).toContain('GRID_FALLBACK')
  })

  it('calls a difference only where the intervals of PUE and grid allow', () => {
    const wide = recorded({ grid: { ...GRID, low: 60, high: 165 } })
    expect(recompute(wide, { gridIntensity: 10 }).difference.ratio).toMatchObject({
      verdict: 'lower',
      value: 0.1,
    })
    expect(recompute(wide, { gridIntensity: 95 }).difference.ratio).toMatchObject({ verdict: 'undecided' })
    expect(recompute(wide, { gridIntensity: 900 }).difference.ratio).toMatchObject({ verdict: 'higher' })
    // The same grid on both sides has no error that matters.
    expect(recompute(wide, { pue: 1.01 }).difference.ratio).toMatchObject({ verdict: 'higher', value: 1.01 })
    expect(recompute(wide, { pue: 1 }).difference.ratio).toMatchObject({ verdict: 'same', low: 1, high: 1 })
  })

  it('warns where basis or kind change with the place', () => {
    expect(recompute(recorded(), { country: 'SE' }).difference).not.toHaveProperty('caution')
    expect(recompute(recorded(), { region: 'US-CA' }).difference.caution).toMatch(
      /lifecycle before, direct after/,
    )
    const marginal = recorded({ grid: { ...GRID, kind: 'marginal' } })
    expect(recompute(marginal, { country: 'SE' }).difference.caution).toMatch(
      /kind marginal before, average after/,
    )
  })

  it('keeps embodied carbon, and adds it to the new total', () => {
    const before = recorded({ embodied: true })
    const { record } = recompute(before, { gridIntensity: 0 })
    expect(record.carbon.embodied_g).toEqual(before.carbon.embodied_g)
    expect(record.carbon.total_g!.value).toBeCloseTo(before.carbon.embodied_g!.value, 9)
  })

  it('has no carbon for a run without energy', () => {
    const { carbon: _carbon, ...rest } = recorded()
    const unknown: RunRecord = {
      ...rest,
      energy: { components: rest.energy.components, reason: 'no sensor' },
      carbon: {},
    }
    const { record, difference } = recompute(unknown, { country: 'SE' })
    expect(record.carbon).toEqual({ reason: expect.stringContaining('energy of this run is unknown') })
    expect(difference).not.toHaveProperty('operational_g')
    expect(difference.items.find(({ name }) => name === 'grid')).not.toHaveProperty('carbon_g')
  })

  it('refuses what it cannot understand', () => {
    const record = recorded()
    expect(() => recompute(record, {})).toThrow(/Nothing was named/)
    expect(() => recompute(record, { pue: undefined } as unknown as RecomputeChanges)).toThrow(EpochwattError)
    expect(() => recompute(record, { zone: 'SE' } as RecomputeChanges)).toThrow(/Unknown option "zone"/)
    expect(() => recompute(record, { cloud: 'aws' })).toThrow(/a provider alone has no grid/)
    for (const changes of [{ country: 'Swedn' }, { pue: 0.5 }, { gridIntensity: -1 }])
      expect(() => recompute(record, changes)).toThrow(OptionError)
  })

  it('adds up, goes back where it came from, and scales every span alike', () => {
    const before = recorded()
    const grams = fc.double({ min: 1, max: 1500, noNaN: true })
    const pues = fc.double({ min: 1, max: 5, noNaN: true })
    fc.assert(
      fc.property(grams, pues, (gridIntensity, pue) => {
        const { record, difference } = recompute(before, { gridIntensity, pue })
        const sum = difference.items.reduce((total, { carbon_g }) => total + (carbon_g ?? 0), 0)
        expect(sum).toBeCloseTo(difference.operational_g!, 6)
        expect(gramsOf(record) - gramsOf(before)).toBeCloseTo(difference.operational_g!, 6)
        const epochs = record.epochs.reduce((total, epoch) => total + epoch.carbon_g!.value, 0)
        expect(epochs).toBeCloseTo(gramsOf(record), 6)
        const back = recompute(record, { gridIntensity: 100, pue: 1 })
        expect(gramsOf(back.record)).toBeCloseTo(gramsOf(before), 6)
      }),
    )
  })
})
