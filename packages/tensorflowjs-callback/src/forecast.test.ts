import type { WindowFigures } from '@epochwatt/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FORECAST_AFTER, forecast } from './forecast.js'
import { figuresOf } from './testing/scripted-tracker.js'

const epochs = (...kwh: number[]): WindowFigures[] => kwh.map((value, index) => figuresOf(value, index + 1))

describe('forecast', () => {
  it('leaves the first epoch out of the mean and keeps it in the total', () => {
    const past = epochs(5, 1, 1)
    const coming = forecast(past, figuresOf(7.5, 6), 10)
    // Spent 7.5 (0.5 of it outside epochs), and seven more of 1.
    expect(coming?.energyKwh?.value).toBeCloseTo(14.5, 12)
    expect(coming?.carbonGrams?.value).toBeCloseTo(1450, 9)
    expect(coming?.seconds.value).toBeCloseTo(6 + 7 * 2.5, 12)
  })

  it('is as uncertain as the instrument when epochs are alike', () => {
    const { energyKwh } = forecast(epochs(1, 1, 1), figuresOf(3, 3), 4)!
    expect(energyKwh?.low).toBeCloseTo(4 * 0.9, 12)
    expect(energyKwh?.high).toBeCloseTo(4 * 1.1, 12)
    expect(energyKwh?.tier).toBe('modelled')
  })

  it('widens with the spread of the epochs by the prediction interval', () => {
    const { energyKwh } = forecast(epochs(9, 1, 2, 3), { ...figuresOf(15, 10) }, 5)!
    // One epoch to come, three past ones: t(2) = 2.92, s = 1, √(1 + 1/3).
    const half = 2.92 * Math.sqrt(1 + 1 / 3)
    expect(energyKwh?.value).toBeCloseTo(17, 12)
    expect(energyKwh?.high).toBeCloseTo((17 + half) * 1.1, 10)
  })

  it('says nothing before there is a spread, nor when nothing is left', () => {
    expect(forecast(epochs(1, 1), figuresOf(2, 2), 10)).toBeUndefined()
    expect(forecast(epochs(1, 1, 1), figuresOf(3, 3), 3)).toBeUndefined()
    expect(forecast(epochs(1, 1, 1), figuresOf(3, 3), Number.NaN)).toBeUndefined()
  })

  it('does not guess an epoch whose energy is unknown', () => {
    const past = [...epochs(1, 1), { durationSeconds: 1 }]
    const coming = forecast(past, figuresOf(2, 3), 10)
    expect(coming?.energyKwh).toBeUndefined()
    expect(coming?.seconds.value).toBeGreaterThan(3)
  })

  it('never predicts less than what is spent, whatever the epochs', () => {
    const positive = fc.double({ min: 1e-9, max: 1e3, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(positive, { minLength: FORECAST_AFTER, maxLength: 20 }),
        fc.integer({ min: 1, max: 100 }),
        (kwh, more) => {
          const spent = figuresOf(
            kwh.reduce((sum, each) => sum + each, 0),
            kwh.length,
          )
          const { energyKwh } = forecast(epochs(...kwh), spent, kwh.length + more)!
          expect(energyKwh!.low).toBeGreaterThanOrEqual(spent.energyKwh!.low)
          expect(energyKwh!.low).toBeLessThanOrEqual(energyKwh!.value)
          expect(energyKwh!.value).toBeLessThanOrEqual(energyKwh!.high)
          expect(energyKwh!.value).toBeGreaterThan(spent.energyKwh!.value)
        },
      ),
    )
  })
})
