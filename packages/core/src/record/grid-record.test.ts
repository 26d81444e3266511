import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GridIntensity } from '../grid/grid-intensity.js'
import type { GridEntry, JournalEntry, RunEntry } from '../journal/entry.js'
import { parseEntry } from '../journal/entry-schema.js'
import { scriptedRun, tickAt, windowAt } from '../testing/scripted-run.js'
import { buildRecord } from './build-record.js'
import { parseRecord } from './record-schema.js'

const intensity = (gramsPerKwh: number, change: Partial<GridIntensity> = {}): GridIntensity => ({
  gramsPerKwh,
  low: gramsPerKwh / 1.2,
  high: gramsPerKwh * 1.2,
  zone: 'GB',
  source: 'a publisher',
  basis: 'direct',
  kind: 'average',
  tier: 'modelled',
  fallback: false,
  method: 'published every half hour',
  ...change,
})

const gridAt = (seconds: number, until: number, grid: GridIntensity): GridEntry => ({
  type: 'grid',
  t: seconds * 1e9,
  until: until * 1e9,
  grid,
})

/** One counter of the package: 200 W for the first hundred seconds, 20 W for the second; 22 kJ in all. */
const readings = Array.from({ length: 201 }, (_, second) =>
  tickAt(second, [second <= 100 ? second * 200e6 : 20_000e6 + (second - 100) * 20e6]),
)

const run = scriptedRun()
const halves = (first: number, second: number, change: Partial<GridIntensity> = {}): JournalEntry[] => [
  ...readings,
  gridAt(0, 100, intensity(first, change)),
  gridAt(100, 200, intensity(second, change)),
]

describe('carbon of a run during which the grid changed', () => {
  it('is summed by interval, which mean energy times mean intensity misses by far more than 20 %', () => {
    const record = buildRecord(run, halves(50, 550))
    const exact = (20_000 * 50 + 2000 * 550) / 3.6e6
    expect(record.carbon.operational_g!.value).toBeCloseTo(exact, 9)
    const meanTimesMean = record.energy.total_kwh!.value * ((50 + 550) / 2)
    expect(meanTimesMean / exact).toBeGreaterThan(3)
    expect(record.grid.g_per_kwh.value).toBeCloseTo((20 * 50 + 2 * 550) / 22, 9)
    expect(record.grid).toMatchObject({ zone: 'GB', source: 'a publisher', basis: 'direct', fallback: false })
    expect(record.grid.intervals).toEqual([
      { started_s: 0, ended_s: 100, g_per_kwh: 50 },
      { started_s: 100, ended_s: 200, g_per_kwh: 550 },
    ])
    expect(record.carbon.operational_g!.method).toContain('summed over 2 intervals')
  })

  it('gives epochs and windows the intensity of their own time', () => {
    const record = buildRecord(run, [
      ...halves(50, 550),
      ...windowAt(0, 0, 80),
      ...windowAt(1, 80, 120),
      ...windowAt(2, 150, 160, [[], []], 'checkpoint', {}),
    ])
    const grams = (joules: number, perKwh: number) => (joules * perKwh) / 3.6e6
    expect(record.epochs[0]!.carbon_g!.value).toBeCloseTo(grams(16_000, 50), 9)
    expect(record.epochs[1]!.carbon_g!.value).toBeCloseTo(grams(4000, 50) + grams(400, 550), 9)
    expect(record.outside_epochs.carbon_g!.value).toBeCloseTo(grams(1600, 550), 9)
    expect(record.windows[0]!.carbon_g!.value).toBeCloseTo(grams(200, 550), 9)
  })

  it('adds up: epochs and the time outside them are the run, wherever the grid changes', () => {
    const instants = fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 2, maxLength: 8 })
    fc.assert(
      fc.property(
        instants,
        fc.array(fc.tuple(fc.integer({ min: 0, max: 190 }), fc.integer({ min: 1, max: 900 })), {
          maxLength: 6,
        }),
        (cuts, points) => {
          const edges = cuts.toSorted((a, b) => a - b)
          const epochs = edges.slice(1).flatMap((to, index) => windowAt(index, edges[index]!, to))
          const entries = [...readings, ...epochs, ...points.map(([t, g]) => gridAt(t, t + 10, intensity(g)))]
          const { epochs: parts, outside_epochs, carbon, energy, grid } = buildRecord(run, entries)
          const sum = parts.reduce((total, { carbon_g }) => total + carbon_g!.value, 0)
          expect(sum + outside_epochs.carbon_g!.value).toBeCloseTo(carbon.operational_g!.value, 9)
          expect(energy.total_kwh!.value * grid.g_per_kwh.value).toBeCloseTo(carbon.operational_g!.value, 9)
          expect(grid.g_per_kwh.low).toBeLessThanOrEqual(grid.g_per_kwh.value)
          expect(grid.g_per_kwh.high).toBeGreaterThanOrEqual(grid.g_per_kwh.value)
          expect(grid.intervals[0]!.started_s).toBe(0)
          expect(grid.intervals.at(-1)!.ended_s).toBe(200)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('is what it was where nothing was published', () => {
    const record = buildRecord(run, readings)
    expect(record.grid.intervals).toEqual([{ started_s: 0, ended_s: 200, g_per_kwh: 100 }])
    expect(record.grid.g_per_kwh).toMatchObject({ value: 100, method: 'given' })
    expect(record.warnings).toEqual([])
  })

  it('forgets the world average once the real grid is known', () => {
    const lost = scriptedRun({ grid: intensity(473, { zone: 'WORLD', fallback: true }) })
    const record = buildRecord(lost, halves(50, 550))
    expect(record.grid).toMatchObject({ fallback: false, zone: 'GB' })
    expect(record.warnings).toEqual([])
    expect(buildRecord(lost, readings).warnings.map(({ code }) => code)).toEqual(['GRID_FALLBACK'])
  })

  it('flags time without a figure of its own, and estimates', () => {
    const record = buildRecord(run, [
      ...readings,
      gridAt(50, 100, intensity(60)),
      gridAt(100, 150, intensity(80, { estimated: true })),
    ])
    expect(record.grid.intervals).toEqual([
      { started_s: 0, ended_s: 50, g_per_kwh: 60, stale: true },
      { started_s: 50, ended_s: 100, g_per_kwh: 60 },
      { started_s: 100, ended_s: 150, g_per_kwh: 80, estimated: true },
      { started_s: 150, ended_s: 200, g_per_kwh: 80, estimated: true, stale: true },
    ])
    expect(record.warnings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(/^GRID_STALE for 50 % of the run a publisher/),
      expect.stringMatching(/^GRID_ESTIMATED for 50 % of the run/),
    ])
    expect(parseRecord(JSON.parse(JSON.stringify(record)), 'test')).toEqual(record)
  })
})

describe('an intensity of another kind', () => {
  it('stands beside the totals and is in none of them', () => {
    const without = buildRecord(run, readings)
    const record = buildRecord(run, halves(400, 800, { kind: 'marginal', source: 'another publisher' }))
    const { beside, ...grid } = record.grid
    const { beside: mix, ...alone } = without.grid
    expect(grid).toEqual(alone)
    expect(mix).toMatchObject([{ kind: 'residual', zone: 'FR', basis: 'direct' }])
    expect(record.carbon).toEqual(without.carbon)
    expect(beside).toMatchObject([{ kind: 'marginal', source: 'another publisher' }, { kind: 'residual' }])
    expect(beside![0]!.carbon_g!.value).toBeCloseTo((20_000 * 400 + 2000 * 800) / 3.6e6, 9)
    expect(beside![0]!.intervals).toHaveLength(2)
    expect(parseRecord(JSON.parse(JSON.stringify(record)), 'test')).toEqual(record)
  })
})

describe('intensities that were stated, and the residual mix', () => {
  const besideOf = (overrides: Partial<RunEntry>) =>
    buildRecord({ ...run, ...overrides }, readings).grid.beside ?? []

  it('stand beside the location-based figure, each with its carbon, and change no total', () => {
    const record = buildRecord(
      { ...run, footprint: { marketIntensity: 20, marginalIntensity: 600 } },
      readings,
    )
    const kwh = record.energy.total_kwh!.value
    expect(record.grid.beside?.map(({ kind, carbon_g }) => [kind, carbon_g!.value / kwh])).toEqual([
      ['marginal', expect.closeTo(600, 6)],
      ['residual', expect.closeTo(23.52, 6)],
      ['contract', expect.closeTo(20, 6)],
    ])
    expect(record.carbon).toEqual(buildRecord(run, readings).carbon)
    expect(parseRecord(JSON.parse(JSON.stringify(record)), 'test')).toEqual(record)
  })

  it('yield to what was published of the same kind', () => {
    const record = buildRecord(
      { ...run, footprint: { marginalIntensity: 600 } },
      halves(400, 400, { kind: 'marginal', source: 'a publisher' }),
    )
    expect(record.grid.beside?.[0]).toMatchObject({ kind: 'marginal', source: 'a publisher' })
  })

  it('are absent where nobody knows any', () => {
    expect(besideOf({ location: { country: 'US', how: 'option' } })).toEqual([])
    expect(besideOf({ location: { how: 'unknown' } })).toEqual([])
  })
})

describe('a grid entry of the journal', () => {
  it('is read back as it was written', () => {
    const entry = gridAt(3, 1803, intensity(90, { estimated: true }))
    expect(parseEntry(JSON.parse(JSON.stringify(entry)))).toEqual(entry)
    expect(parseEntry({ ...entry, grid: { ...entry.grid, gramsPerKwh: -1 } })).toBeUndefined()
    expect(parseEntry({ ...entry, until: undefined })).toBeUndefined()
  })
})
