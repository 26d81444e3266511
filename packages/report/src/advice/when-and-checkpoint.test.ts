import type { RunRecord } from '@epochwatt/core'
import type { IntensityCourse } from '@epochwatt/core/planning'
import { describe, expect, it } from 'vitest'
import { compareRuns } from '../compare/compare-runs.js'
import { measuredLaptop } from '../fixtures/measured-laptop.js'
import { scaledLaptop } from '../fixtures/other-runs.js'
import { digestOf } from '../reading/run-digest.js'
import { advise } from './advise.js'
import type { FindingCode } from './finding.js'

const HOUR = 3_600_000
const START = Date.parse('2026-03-02T00:00:00.000Z')

const finding = (records: readonly RunRecord[], code: FindingCode, course?: IntensityCourse) =>
  advise(records, { ...(course && { course }) }).findings.find(candidate => candidate.code === code)

/** A run of an hour on a grid that was followed, `after` hours after midnight. */
const followed = (id: string, after: number, gramsPerKwh: number): RunRecord =>
  scaledLaptop(id, 1, {
    params: { run: id },
    started_at: new Date(START + after * HOUR).toISOString(),
    duration_s: 3600,
    power: { t_s: [900, 2700], mean_w: [30, 30], min_w: [30, 30], max_w: [30, 30] },
    grid: {
      ...measuredLaptop.grid,
      source: 'a publisher',
      g_per_kwh: { ...measuredLaptop.grid.g_per_kwh, value: gramsPerKwh },
      intervals: [{ started_s: 0, ended_s: 3600, g_per_kwh: gramsPerKwh }],
    },
  })

const courseOf = (...gramsByHour: readonly number[]): IntensityCourse => ({
  zone: 'FR',
  source: 'a file',
  basis: 'lifecycle',
  kind: 'average',
  points: gramsByHour.map((gramsPerKwh, hour) => ({
    fromMs: START + hour * HOUR,
    toMs: START + (hour + 1) * HOUR,
    gramsPerKwh,
  })),
})

const kwh = measuredLaptop.energy.total_kwh!.value * measuredLaptop.pue.value

describe('a better hour', () => {
  it('is the cleanest of the day after, from a course that is given', () => {
    const found = finding([followed('a', 0, 300)], 'better-hour', courseOf(300, 250, 40, 200))!
    expect(found.saving.carbon_g!.value).toBeCloseTo(kwh * (300 - 40), 9)
    expect(found.saving.carbon_g!.low).toBeGreaterThan(0)
    expect(found.saving.carbon_g!.low).toBeLessThan(found.saving.carbon_g!.value)
    expect(found.saving.carbon_g!.high).toBeGreaterThan(found.saving.carbon_g!.value)
    expect(found.text).toBe(
      'The run, begun 2 h 0 min later, would have met 40 gCO₂e/kWh on average instead of 300.',
    )
    expect(found.link).toBe('docs/advice.md#better-hour')
  })

  it('is found in what other runs saw of the same grid', () => {
    const found = finding([followed('a', 0, 300), followed('b', 5, 40)], 'better-hour')!
    expect(found.runs).toEqual(['a'])
    expect(found.saving.carbon_g!.value).toBeCloseTo(kwh * (300 - 40), 9)
  })

  it('is not named where the hour is no better for sure', () => {
    expect(finding([followed('a', 0, 300)], 'better-hour', courseOf(300, 290, 280))).toBeUndefined()
  })

  it('is not looked for beyond a day, before the run, or where the course has no figure', () => {
    const late = courseOf(...Array.from({ length: 30 }, (_, hour) => (hour < 26 ? 300 : 20)))
    expect(finding([followed('a', 0, 300)], 'better-hour', late)).toBeUndefined()
    expect(finding([followed('a', 2, 300)], 'better-hour', courseOf(20, 20, 300, 300))).toBeUndefined()
    expect(finding([followed('a', 9, 300)], 'better-hour', courseOf(300, 40))).toBeUndefined()
  })

  it('is nothing that yearly averages tell', () => {
    const runs = [followed('a', 0, 44), followed('b', 5, 44)]
    expect(finding(runs, 'better-hour')).toBeUndefined()
  })

  it('is not told from marginal intensities, nor from those of another publisher', () => {
    const marginal = followed('b', 5, 40)
    const other = { ...marginal, grid: { ...marginal.grid, source: 'another' } }
    expect(finding([followed('a', 0, 300), other], 'better-hour')).toBeUndefined()
    expect(
      finding(
        [{ ...followed('a', 0, 300), grid: { ...marginal.grid, kind: 'marginal' } }, marginal],
        'better-hour',
      ),
    ).toBeUndefined()
  })

  it('stands in a comparison, made of records or of digests', () => {
    const runs = [followed('a', 0, 300), followed('b', 5, 40)]
    const [found] = compareRuns(runs).reruns.filter(({ code }) => code === 'better-hour')
    expect(found!.saving.carbon_g!.value).toBeCloseTo(kwh * (300 - 40), 9)
    const [again] = compareRuns(runs.map(digestOf)).reruns.filter(({ code }) => code === 'better-hour')
    expect(again!.saving.carbon_g!.value).toBeCloseTo(found!.saving.carbon_g!.value, 12)
  })
})

describe('a long run without a checkpoint', () => {
  const lost = (changes: Partial<RunRecord> = {}): RunRecord =>
    scaledLaptop('lost', 1, { status: 'failed', duration_s: 7200, windows: [], ...changes })

  it('could have kept what was done until half an hour before its end', () => {
    const found = finding([lost()], 'no-checkpoint')!
    const saved = measuredLaptop.energy.total_kwh!.value * 0.75
    expect(found.saving.energy_kwh!.value).toBeCloseTo(saved, 12)
    expect(found.saving.energy_kwh!.low).toBe(0)
    expect(found.saving.energy_kwh!.tier).toBe('assumed')
    expect(found.saving.carbon_g!.value).toBeCloseTo(
      saved * measuredLaptop.pue.value * measuredLaptop.grid.g_per_kwh.value,
      9,
    )
  })

  it('is not one where it ended well, was short, or says that there was one', () => {
    for (const changes of [
      { status: 'finished' as const },
      { status: 'recovered' as const },
      { duration_s: 1800 },
      { windows: [{ name: 'checkpoint', attributes: {}, started_s: 60, ended_s: 61 }] },
      { params: { checkpoint_every: 10 } },
    ])
      expect(finding([lost(changes)], 'no-checkpoint')).toBeUndefined()
  })
})
