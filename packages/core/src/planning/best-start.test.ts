import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EpochwattError, OptionError } from '../errors.js'
import { buildRecord } from '../record/build-record.js'
import type { RunRecord } from '../record/record.js'
import { scriptedRun, tickAt } from '../testing/scripted-run.js'
import { bestStart } from './best-start.js'
import type { BestStartOptions } from './best-start-options.js'
import type { IntensityCourse } from './intensity-course.js'

const HOUR = 3_600_000
const start = Date.parse('2026-01-05T10:00Z')
const now = new Date(start + HOUR / 2)
const hour = (index: number): string => new Date(start + index * HOUR).toISOString()

/** Hours from 10:00; null is a hole. */
const courseOf = (...hours: readonly (number | null)[]): IntensityCourse => ({
  zone: 'XX',
  source: 'a test',
  basis: 'lifecycle',
  kind: 'average',
  points: hours.flatMap((gramsPerKwh, index) =>
    gramsPerKwh === null
      ? []
      : [{ fromMs: start + index * HOUR, toMs: start + (index + 1) * HOUR, gramsPerKwh }],
  ),
})
const DAY = courseOf(400, 300, 100, 100, 350, 500)

/** Two hours: the first at 300 W, the second at 100 W. 0.4 kWh. */
const recorded = (): RunRecord => {
  const joules = (seconds: number) => (seconds <= 3600 ? 300 * seconds : 1_080_000 + 100 * (seconds - 3600))
  return buildRecord(scriptedRun(), [
    ...Array.from({ length: 361 }, (_, i) => tickAt(i * 20, [joules(i * 20) * 1e6])),
    { type: 'stop', t: 7200e9, status: 'finished' },
  ])
}

describe('bestStart', () => {
  it('finds the start with the least intensity, against a start now', () => {
    const { best, soonest, saving, forecast, compared } = bestStart({ course: DAY, hours: 2, now })
    expect(best).toMatchObject({ start: hour(2), end: hour(4), g_per_kwh: { value: 100 } })
    expect(soonest.start).toBe(now.toISOString())
    expect(soonest.g_per_kwh.value).toBeCloseTo((400 * 0.5 + 300 + 100 * 0.5) / 2, 9)
    expect(saving.ratio).toMatchObject({ value: expect.closeTo(100 / 275, 9), verdict: 'lower' })
    expect(forecast).toMatchObject({ zone: 'XX', from: hour(0), until: hour(6) })
    expect(compared).toBe(5)
  })

  it('does not claim a difference that the forecast does not show', () => {
    const { saving, best } = bestStart({ course: courseOf(110, 110, 100, 100), hours: 1, now })
    expect(best.start).toBe(hour(2))
    expect(saving.ratio).toMatchObject({ verdict: 'undecided' })
    expect(saving.ratio!.low).toBeLessThan(100 / 110)
    expect(saving.ratio!.high).toBeGreaterThan(1)
  })

  it('says that now is best where it is', () => {
    const { best, soonest, saving } = bestStart({ course: courseOf(50, 50, 400, 400), hours: 1, now })
    expect(best).toBe(soonest)
    expect(saving.ratio).toMatchObject({ value: 1, low: 1, high: 1, verdict: 'same' })
  })

  it('keeps to the earliest start and the deadline', () => {
    const within = (change: Partial<BestStartOptions>) => bestStart({ course: DAY, hours: 1, now, ...change })
    const late = within({ earliest: new Date(start + 3.5 * HOUR) })
    expect(late.best.start).toBe(new Date(start + 3.5 * HOUR).toISOString())
    expect(late.soonest.start).toBe(late.best.start)
    const soon = within({ deadline: new Date(start + 2 * HOUR) })
    expect(soon.best.start).toBe(hour(1))
    expect(Date.parse(soon.best.end)).toBeLessThanOrEqual(start + 2 * HOUR)
  })

  it('takes starts at the step that is asked for', () => {
    const plan = bestStart({ course: DAY, hours: 2, now, stepMinutes: 120 })
    expect(plan.step_minutes).toBe(120)
    // 12:00 and 14:00 of the clock; the second does not leave two hours.
    expect(plan.compared).toBe(3)
    expect(plan.best.start).toBe(hour(2))
  })

  it('never bridges a hole of the forecast', () => {
    const { best, soonest } = bestStart({ course: courseOf(400, 300, null, 10, 500), hours: 2, now })
    expect(best.start).toBe(hour(3))
    expect(best.g_per_kwh.value).toBeCloseTo(255, 9)
    expect(soonest.start).toBe(hour(3))
  })

  it('weighs the hours by when a run like it used its energy', () => {
    const record = recorded()
    const course = courseOf(200, 200, 100, 300, 300, 100, 100, 100)
    const plan = bestStart({ course, record, now })
    expect(plan.hours).toBe(2)
    // Its first hour counts three times: 100 and 300 make 150, not 200.
    const third = bestStart({ course: courseOf(999, 999, 100, 300), record, now })
    expect(third.best.g_per_kwh.value).toBeCloseTo(150, 0)
    const energy = record.energy.total_kwh!.value
    expect(plan.best.carbon_g!.value).toBeCloseTo(energy * plan.best.g_per_kwh.value * record.pue.value, 9)
    expect(plan.saving.carbon_g).toBeCloseTo(plan.soonest.carbon_g!.value - plan.best.carbon_g!.value, 9)
  })

  it('finds the cleanest hours where work may be interrupted', () => {
    const course = courseOf(400, 90, 300, 80, 300, 70)
    const plan = bestStart({ course, hours: 2.5, now, interruptible: true, record: recorded() })
    expect(plan.pieces?.map(piece => [piece.start, piece.end])).toEqual([
      [hour(1), new Date(start + 1.5 * HOUR).toISOString()],
      [hour(3), hour(4)],
      [hour(5), hour(6)],
    ])
    expect(plan.best.g_per_kwh.value).toBeCloseTo((90 * 0.5 + 80 + 70) / 2.5, 9)
    const parts = plan.pieces!.reduce((sum, piece) => sum + piece.carbon_g!.value, 0)
    expect(parts).toBeCloseTo(plan.best.carbon_g!.value, 9)
  })

  it('joins neighbouring hours of an interrupted plan into one stretch', () => {
    const plan = bestStart({ course: DAY, hours: 2, now, interruptible: true })
    expect(plan.pieces).toHaveLength(1)
    expect(plan.pieces![0]).toMatchObject({ start: hour(2), end: hour(4) })
  })

  it('is never worse than any start, nor an interrupted plan than an uninterrupted one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 4, maxLength: 48 }),
        fc.integer({ min: 1, max: 3 }),
        (values, hours) => {
          const course = courseOf(...values)
          const begin = new Date(start)
          const { best } = bestStart({ course, hours, now: begin })
          for (let index = 0; index + hours <= values.length; index++) {
            const mean = values.slice(index, index + hours).reduce((sum, value) => sum + value, 0) / hours
            expect(best.g_per_kwh.value).toBeLessThanOrEqual(mean + 1e-9)
          }
          const pieced = bestStart({ course, hours, now: begin, interruptible: true })
          expect(pieced.best.g_per_kwh.value).toBeLessThanOrEqual(best.g_per_kwh.value + 1e-9)
        },
      ),
    )
  })

  it('says what a marginal forecast is not', () => {
    const plan = bestStart({ course: { ...DAY, kind: 'marginal' }, hours: 1, now })
    expect(plan.cautions.join()).toContain('no footprint')
  })

  it('says where the forecast begins late or ends before the deadline', () => {
    const { cautions } = bestStart({
      course: courseOf(null, null, 100, 200),
      hours: 1,
      now,
      deadline: new Date(start + 48 * HOUR),
    })
    expect(cautions).toEqual([
      expect.stringContaining('does not reach'),
      expect.stringContaining('before the deadline'),
    ])
  })

  it.each<[string, Partial<BestStartOptions>, string]>([
    ['no hours', { hours: 0 }, '"hours" is 0'],
    ['a step of nothing', { hours: 1, stepMinutes: 0 }, '"stepMinutes" is 0'],
    ['a date that is none', { hours: 1, deadline: new Date('x') }, '"deadline" is "Invalid Date"'],
  ])('refuses %s', (_what, change, message) => {
    const call = () => bestStart({ course: DAY, now, ...change })
    expect(call).toThrow(OptionError)
    expect(call).toThrow(message)
  })

  it.each<[string, object, string, RegExp]>([
    ['options that it does not know', { hours: 1, dedline: 1 }, 'OPTION_UNKNOWN', /dedline/],
    ['not knowing how long', {}, 'OPTION_MISSING', /hours, or a record/],
    ['more hours than there are', { hours: 9 }, 'FORECAST_SHORT', /end of the forecast/],
    ['a deadline too near', { hours: 2, deadline: new Date(start + HOUR) }, 'FORECAST_SHORT', /deadline/],
    ['an empty forecast', { hours: 1, course: courseOf() }, 'FORECAST_SHORT', /empty/],
  ])('throws for %s', (_what, change, code, message) => {
    const call = () => bestStart({ course: DAY, now, ...change } as BestStartOptions)
    expect(call).toThrow(message)
    try {
      call()
    } catch (error) {
      expect(error).toBeInstanceOf(EpochwattError)
      expect((error as EpochwattError).code).toBe(code)
    }
  })
})
