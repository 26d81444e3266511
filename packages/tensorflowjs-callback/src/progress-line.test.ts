import type { Quantity, Tier } from '@epochwatt/core'
import { describe, expect, it } from 'vitest'
import { progressLine } from './progress-line.js'

const quantity = (value: number, unit: string, tier: Tier = 'measured'): Quantity => ({
  value,
  low: value,
  high: value,
  unit,
  tier,
  method: 'test',
})

const figures = (kwh: number, grams: number, tier?: Tier) => ({
  energyKwh: quantity(kwh, 'kWh', tier),
  carbonGrams: quantity(grams, 'gCO2e', tier),
  meanPowerWatts: 14.234,
  durationSeconds: 3,
})

describe('progressLine', () => {
  it('tells where training stands, what the epoch took and what the run has taken', () => {
    const line = progressLine({
      epoch: 2,
      epochs: 10,
      metrics: { val_loss: 0.25, loss: 0.213_44 },
      figures: figures(12.4e-6, 0.0059),
      total: figures(38.13e-6, 0.0181),
    })
    expect(line).toBe(
      'epoch  3/10  loss 0.2134  val_loss 0.25 │ ● 12.4 mWh  14.2 W  5.90 mgCO₂e │ so far 38.1 mWh, 18.1 mgCO₂e',
    )
  })

  it('adds what the whole training will take once that can be said', () => {
    const line = progressLine({
      epoch: 0,
      metrics: {},
      figures: figures(1e-3, 1),
      total: figures(1e-3, 1),
      forecast: { energyKwh: quantity(0.0204, 'kWh'), seconds: { value: 7300, low: 0, high: 9000 } },
    })
    expect(line).toBe(
      'epoch 1 │ ● 1.00 Wh  14.2 W  1.00 gCO₂e │ so far 1.00 Wh, 1.00 gCO₂e │ in all ~20.4 Wh, carbon unknown, 2.03 h',
    )
  })

  it('says unknown where a figure is unknown, never 0', () => {
    const line = progressLine({
      epoch: 0,
      epochs: 1,
      metrics: { loss: Number.NaN },
      figures: { durationSeconds: 1 },
      total: { durationSeconds: 1 },
    })
    expect(line).toBe(
      'epoch 1/1  loss NaN │ energy unknown  carbon unknown │ so far energy unknown, carbon unknown',
    )
  })

  it.each([
    [9.996e-3, '10.0 Wh'],
    [0.9999e-3, '1.00 Wh'],
    [1.2345, '1.23 kWh'],
    [4.1e-13, '0.000410 µWh'],
    [0, '0 Wh'],
  ])('%f kWh is %s', (kwh, text) => {
    const shown = progressLine({ epoch: 0, metrics: {}, figures: figures(kwh, 1), total: figures(kwh, 1) })
    expect(shown).toContain(`● ${text}`)
  })

  it('shows fewer digits of what was only assumed', () => {
    const shown = progressLine({
      epoch: 0,
      metrics: {},
      figures: figures(1.2345, 1, 'assumed'),
      total: figures(1, 1),
    })
    expect(shown).toContain('○ 1.2 kWh')
  })
})
