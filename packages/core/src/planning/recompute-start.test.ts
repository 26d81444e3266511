import { describe, expect, it } from 'vitest'
import { EpochwattError, OptionError } from '../errors.js'
import type { JournalEntry, RunEntry } from '../journal/entry.js'
import { buildRecord } from '../record/build-record.js'
import type { RunRecord } from '../record/record.js'
import { parseRecord } from '../record/record-schema.js'
import { scriptedRun, tickAt, windowAt } from '../testing/scripted-run.js'
import { bestStart } from './best-start.js'
import type { IntensityCourse } from './intensity-course.js'
import { rankRegions } from './rank-regions.js'
import { recompute } from './recompute.js'

const HOUR = 3600
const HOUR_MS = HOUR * 1000
const start = new Date('2026-01-05T02:00Z')

/** Two hours: an epoch of 50 W, one of 450 W, the last ten minutes outside of both at 450 W. */
const recorded = (overrides: Partial<RunEntry> = {}, more: readonly JournalEntry[] = []): RunRecord => {
  const energy = (s: number) => (s <= HOUR ? 50 * s : 50 * HOUR + 450 * (s - HOUR))
  return buildRecord(scriptedRun(overrides), [
    ...Array.from({ length: 721 }, (_, i) => tickAt(i * 10, [energy(i * 10) * 1e6])),
    ...windowAt(0, 0, HOUR),
    ...windowAt(1, HOUR, 2 * HOUR - 600),
    ...windowAt(2, HOUR / 2, HOUR * 1.5, [[], []], 'mine', {}),
    ...more,
    { type: 'stop', t: 2 * HOUR * 1e9, status: 'finished' },
  ])
}

const courseOf = (hours: readonly number[], from = start.getTime()): IntensityCourse => ({
  zone: 'XX',
  source: 'a test',
  basis: 'lifecycle',
  kind: 'average',
  points: hours.map((gramsPerKwh, index) => ({
    fromMs: from + index * HOUR_MS,
    toMs: from + (index + 1) * HOUR_MS,
    gramsPerKwh,
  })),
})
const gramsOf = (figure: { readonly value: number } | undefined): number => figure!.value

describe('recompute at another time', () => {
  it('gives the energy of each moment the intensity of its time: mean × mean would be off by more than 20 %', () => {
    const before = recorded()
    const { record, difference } = recompute(before, { course: courseOf([550, 50]), start })
    const kwh = gramsOf(before.energy.total_kwh)
    expect(gramsOf(record.carbon.operational_g)).toBeCloseTo(0.05 * 550 + 0.45 * 50, 0)
    const meanByMean = kwh * 300
    expect(Math.abs(meanByMean / gramsOf(record.carbon.operational_g) - 1)).toBeGreaterThan(0.2)
    expect(difference.operational_g).toBeCloseTo(
      gramsOf(record.carbon.operational_g) - gramsOf(before.carbon.operational_g),
      9,
    )
    expect(gramsOf(record.grid.g_per_kwh) * kwh * record.pue.value).toBeCloseTo(
      gramsOf(record.carbon.operational_g),
      6,
    )
  })

  it('does so for epochs, windows and the time outside, which add up to the run', () => {
    const { record } = recompute(recorded(), { course: courseOf([550, 50]), start })
    const [first, second] = record.epochs.map(epoch => gramsOf(epoch.carbon_g))
    expect(first).toBeCloseTo(0.05 * 550, 0)
    expect(second).toBeCloseTo(0.375 * 50, 0)
    const outside = gramsOf(record.outside_epochs.carbon_g)
    expect(first! + second! + outside).toBeCloseTo(gramsOf(record.carbon.operational_g), 1)
    expect(gramsOf(record.windows[0]!.carbon_g)).toBeCloseTo(0.025 * 550 + 0.225 * 50, 0)
  })

  it('is the run itself where the course does not vary', () => {
    const before = recorded()
    const { record, difference } = recompute(before, { course: courseOf([100, 100]), start })
    expect(gramsOf(record.carbon.operational_g)).toBeCloseTo(gramsOf(before.carbon.operational_g), 9)
    expect(difference.operational_g).toBeCloseTo(0, 9)
  })

  it('shows the course, the time and that it was recomputed', () => {
    const before = recorded()
    const { record } = recompute(before, { course: courseOf([550, 50]), start })
    expect(record).toMatchObject({
      started_at: '2026-01-05T02:00:00.000Z',
      ended_at: '2026-01-05T04:00:00.000Z',
      grid: {
        zone: 'XX',
        source: 'a test',
        intervals: [
          { started_s: 0, ended_s: HOUR, g_per_kwh: 550 },
          { started_s: HOUR, ended_s: 2 * HOUR, g_per_kwh: 50 },
        ],
      },
    })
    expect(record.warnings[0]!.message).toContain(`began at ${before.started_at}`)
    expect(parseRecord(structuredClone(record), 'test')).toEqual(record)
  })

  it('takes the time at which it ran where none is given', () => {
    const before = recorded()
    const course = courseOf([550, 50], Date.parse(before.started_at))
    const { record } = recompute(before, { course })
    expect(record.started_at).toBe(before.started_at)
    expect(gramsOf(record.carbon.operational_g)).toBeCloseTo(0.05 * 550 + 0.45 * 50, 0)
  })

  it('flags time for which the course has no figure, and takes the nearest', () => {
    const { record } = recompute(recorded(), { course: courseOf([200]), start })
    expect(record.grid.intervals).toEqual([
      { started_s: 0, ended_s: HOUR, g_per_kwh: 200 },
      { started_s: HOUR, ended_s: 2 * HOUR, g_per_kwh: 200, stale: true },
    ])
    expect(record.warnings.map(({ code }) => code)).toContain('GRID_STALE')
  })

  it('drops what was said of the recorded intensity, and only with it', () => {
    const grid = { ...scriptedRun().grid, estimated: true }
    const noted: JournalEntry[] = [
      { type: 'grid', t: 0, until: 600e9, grid },
      { type: 'warning', t: 5, code: 'GRID_UNREACHABLE', message: 'nobody there' },
    ]
    const before = recorded({}, noted)
    const codes = (record: RunRecord) =>
      record.warnings.map(({ code }) => code).filter(code => code.startsWith('GRID_'))
    expect(codes(before)).toEqual(['GRID_UNREACHABLE', 'GRID_STALE', 'GRID_ESTIMATED'])
    expect(codes(recompute(before, { course: courseOf([550, 50]), start }).record)).toEqual([])
    expect(codes(recompute(before, { country: 'SE' }).record)).toEqual([])
    expect(codes(recompute(before, { pue: 1.3 }).record)).toEqual(codes(before))
  })

  it('drops that the place was a guess once it is said', () => {
    const guessed = recorded({ location: { country: 'FR', how: 'time-zone' } })
    const codes = (record: RunRecord) => record.warnings.map(({ code }) => code)
    expect(codes(guessed)).toContain('LOCATION_GUESSED')
    expect(codes(recompute(guessed, { country: 'FR' }).record)).not.toContain('LOCATION_GUESSED')
    expect(codes(recompute(guessed, { pue: 1.3 }).record)).toContain('LOCATION_GUESSED')
  })

  it('says what a start needs, and what a course cannot be', () => {
    const record = recorded()
    const course = courseOf([100, 100])
    expect(() => recompute(record, { start })).toThrow(/"start".*beside "course"/)
    expect(() => recompute(record, { course, gridIntensity: 5 })).toThrow(OptionError)
    expect(() => recompute(record, { course, start: new Date('x') })).toThrow(/"start"/)
    expect(() => recompute(record, { course: { ...course, kind: 'marginal' }, start })).toThrow(/marginal/)
    const elsewhere = () => recompute(record, { course, start: new Date('2026-02-01T00:00Z') })
    expect(elsewhere).toThrow(EpochwattError)
    expect(elsewhere).toThrow(/no figure for 2026-02-01.*it knows 2026-01-05/)
  })
})

describe('a run whose losses on the way to its parts are counted', () => {
  const lossy = recorded({
    footprint: { psuEfficiency: 0.8, preparationFactor: 2, wue: 1.8, waterIntensity: 3 },
  })

  it('is what it was where nothing changes', () => {
    const { record, difference } = recompute(lossy, { pue: 1 })
    expect(difference.operational_g).toBeCloseTo(0, 9)
    expect(gramsOf(record.energy.facility_kwh)).toBeCloseTo(0.5 * 1.25, 6)
    expect(record.water).toEqual(lossy.water)
  })

  it('keeps them elsewhere and at another time, in every span', () => {
    const { record } = recompute(lossy, { gridIntensity: 200 })
    expect(gramsOf(record.carbon.operational_g)).toBeCloseTo(2 * gramsOf(lossy.carbon.operational_g), 6)
    expect(gramsOf(record.epochs[0]!.carbon_g)).toBeCloseTo(2 * gramsOf(lossy.epochs[0]!.carbon_g), 6)
    const shifted = recompute(lossy, { course: courseOf([550, 50]), start }).record
    expect(gramsOf(shifted.carbon.operational_g)).toBeCloseTo(1.25 * (0.05 * 550 + 0.45 * 50), 0)
    expect(gramsOf(shifted.preparation!.carbon_g)).toBeCloseTo(2 * gramsOf(shifted.carbon.operational_g), 6)
  })

  it('takes water along with the PUE, and leaves it where the place or the time changes', () => {
    const { water } = recompute(lossy, { pue: 2 }).record
    expect(gramsOf(water!.site_l)).toBeCloseTo(gramsOf(lossy.water!.site_l), 9)
    expect(gramsOf(water!.electricity_l)).toBeCloseTo(2 * gramsOf(lossy.water!.electricity_l), 9)
    expect(gramsOf(water!.total_l)).toBeCloseTo(gramsOf(water!.site_l) + gramsOf(water!.electricity_l), 9)
    expect(recompute(lossy, { country: 'SE' }).record).not.toHaveProperty('water')
    expect(recompute(lossy, { course: courseOf([550, 50]), start }).record).not.toHaveProperty('water')
  })

  it('is ranked and planned for with them', () => {
    const { ran } = rankRegions({ record: lossy, cloud: 'aws' })
    expect(gramsOf(ran!.carbon_g)).toBeCloseTo(gramsOf(lossy.carbon.operational_g), 6)
    const plan = bestStart({ course: courseOf([100, 100, 100]), record: lossy, now: start })
    expect(gramsOf(plan.soonest.carbon_g)).toBeCloseTo(gramsOf(lossy.carbon.operational_g), 6)
  })
})
