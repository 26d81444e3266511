import fc from 'fast-check'
import { expect, it } from 'vitest'
import { packageCounter } from '../testing/scripted-run.js'
import { gaugeCurve } from './gauge-curve.js'
import { ReadingSeries } from './reading-series.js'
import { thinGauge } from './thin-gauge.js'

const { wrapRaw: _, ...spec } = packageCounter({ kind: 'power_gauge', scale: 0.001, updatePeriodMs: 100 })

it('keeps the energy and the gaps of every window, and few of the readings', () => {
  const reading = fc.record({
    after: fc.integer({ min: 1, max: 5 }),
    milliwatts: fc.option(fc.integer({ min: 0, max: 400_000 }), { freq: 20 }),
  })
  const run = fc.record({
    readings: fc.array(reading, { minLength: 50, maxLength: 300 }),
    edges: fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 6 }),
    before: fc.integer({ min: 0, max: 900 }),
  })
  fc.assert(
    fc.property(run, ({ readings, edges, before }) => {
      const series = new ReadingSeries()
      let at = 0
      for (const { after, milliwatts } of readings) {
        at += after
        series.add(at * 1e9, milliwatts ?? Number.NaN)
      }
      const instants = [...edges].sort((a, b) => a - b).map(edge => edge * 1e9)
      const bounds = { before: before * 1e9, stepNs: 30e9, edges: instants }
      const whole = gaugeCurve(spec, series, 1000)
      let means: ReturnType<typeof thinGauge>['means'] = []
      // Twice, as a long run does: what was thinned once is thinned again with the rest.
      for (let round = 0; round < 2; round++) {
        const thinned = thinGauge(spec, series, means, 1000, bounds)
        means = thinned.means
        series.drop(thinned.spare)
      }
      const thin = gaugeCurve(spec, series, 1000, means)
      for (const from of [0, ...instants]) {
        for (const to of [...instants, at * 1e9].filter(edge => edge > from)) {
          expect(thin.between(from, to).joules).toBeCloseTo(whole.between(from, to).joules, 5)
          expect(thin.between(from, to).unobservedSeconds).toBeCloseTo(
            whole.between(from, to).unobservedSeconds,
            5,
          )
        }
      }
    }),
    { numRuns: 200 },
  )
})

it('leaves two readings a step of steady ones', () => {
  const series = new ReadingSeries()
  for (let second = 0; second <= 3600; second++) series.add(second * 1e9, 200_000)
  const { means, spare } = thinGauge(spec, series, [], 1000, { before: 3300e9, stepNs: 30e9, edges: [] })
  series.drop(spare)
  expect(series.times.length).toBeLessThan(3300 / 30 + 310)
  expect(means.length).toBeLessThan(3300 / 30 + 5)
})
