import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GridIntensity } from '../grid/grid-intensity.js'
import type { Quantity } from '../quantity/quantity.js'
import { type CarbonInterval, operationalCarbon } from './operational-carbon.js'
import type { PueFigure } from './pue.js'

const exactPue = (value: number): PueFigure => ({
  value,
  low: value,
  high: value,
  tier: 'modelled',
  source: 's',
  how: 'option',
})

const energyOf = (value: number, factor = 1): Quantity => ({
  value,
  low: value / factor,
  high: value * factor,
  unit: 'kWh',
  tier: 'measured',
  method: 'm',
})

const gridOf = (gramsPerKwh: number, change: Partial<GridIntensity> = {}): GridIntensity => ({
  gramsPerKwh,
  low: gramsPerKwh,
  high: gramsPerKwh,
  zone: 'XX',
  source: 's',
  basis: 'lifecycle',
  kind: 'average',
  tier: 'modelled',
  fallback: false,
  method: 'm',
  ...change,
})

describe('operationalCarbon', () => {
  it.each([
    ['12 h of 12 cores and 64 GB in a data centre', 177.5904e-3 * 12, 231.12, 1, 492.5363],
    ['the same with PUE apart', (177.5904e-3 * 12) / 1.56, 231.12, 1.56, 492.5363],
    ['24 h of a 250 W GPU', 6, 240.6, 1, 1443.6],
  ])('gives the published result for %s', (_what, kwh, grams, pue, expected) => {
    const carbon = operationalCarbon([{ energy: energyOf(kwh), intensity: gridOf(grams) }], exactPue(pue))
    expect(carbon.value).toBeCloseTo(expected, 3)
    expect(carbon.unit).toBe('gCO2e')
  })

  it('multiplies interval by interval, which the mean of each would miss by a third', () => {
    const day: [CarbonInterval, CarbonInterval] = [
      { energy: energyOf(9), intensity: gridOf(50) },
      { energy: energyOf(1), intensity: gridOf(450) },
    ]
    const { value } = operationalCarbon(day, exactPue(1))
    expect(value).toBeCloseTo(900, 9)
    expect(value / (10 * 250)).toBeLessThan(0.4)
  })

  it('does not change when an interval is cut in two', () => {
    const numbers = fc.double({ min: 0.001, max: 1000, noNaN: true })
    fc.assert(
      fc.property(
        numbers,
        numbers,
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        fc.double({ min: 1, max: 5, noNaN: true }),
        (kwh, grams, cut, factor) => {
          const intensity = gridOf(grams, { low: grams / 1.6, high: grams * 1.6 })
          const pue: PueFigure = { ...exactPue(1.2), low: 1.1, high: 1.3 }
          const whole = operationalCarbon([{ energy: energyOf(kwh, factor), intensity }], pue)
          const parts = operationalCarbon(
            [
              { energy: energyOf(kwh * cut, factor), intensity },
              { energy: energyOf(kwh * (1 - cut), factor), intensity },
            ],
            pue,
          )
          for (const key of ['value', 'low', 'high'] as const)
            expect(parts[key] / whole[key]).toBeCloseTo(1, 9)
        },
      ),
    )
  })

  it('is as uncertain as its worst part', () => {
    const world = gridOf(473, { low: 37, high: 750, tier: 'assumed', fallback: true })
    const carbon = operationalCarbon([{ energy: energyOf(1), intensity: world }], exactPue(1))
    expect(carbon).toMatchObject({ tier: 'assumed' })
    expect(carbon.low).toBeCloseTo(37, 9)
    expect(carbon.high).toBeCloseTo(750, 9)
  })

  it('says in the method when it had to mix bases or kinds', () => {
    const method = (change: Partial<GridIntensity>) =>
      operationalCarbon(
        [
          { energy: energyOf(1), intensity: gridOf(100) },
          { energy: energyOf(1), intensity: gridOf(100, change) },
        ],
        exactPue(1),
      ).method
    expect(method({})).toContain('summed over 2 intervals')
    expect(method({})).not.toContain('MIXES')
    expect(method({ basis: 'direct' })).toContain('MIXES lifecycle and direct')
    expect(method({ kind: 'marginal' })).toContain('MIXES average and marginal')
  })
})
