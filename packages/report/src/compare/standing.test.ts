import type { Quantity } from '@epochwatt/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measuredLaptop } from '../fixtures/measured-laptop.js'
import { scaledLaptop, unknownEnergy } from '../fixtures/other-runs.js'
import { digestOf } from '../reading/run-digest.js'
import { compareRuns } from './compare-runs.js'
import { comparedRun } from './compared-run.js'
import { betterOf, standings } from './standing.js'

const run = (id: string, energy: number, acc: number, changes = {}) => ({
  ...scaledLaptop(id, energy, { params: { id }, ...changes }),
  metrics: { acc },
})

const standingOf = (comparison: ReturnType<typeof compareRuns>) =>
  Object.fromEntries(comparison.runs.map(({ id, standing }) => [id, standing]))

describe('the direction of a metric', () => {
  it.each([
    ['loss', 'lower'],
    ['val_loss', 'lower'],
    ['test_rmse', 'lower'],
    ['perplexity', 'lower'],
    ['acc', 'higher'],
    ['val_accuracy', 'higher'],
    ['macro_f1', 'higher'],
    ['roc_auc', 'higher'],
    ['mystery', undefined],
    ['loss_score', undefined],
  ] as const)('of %s is %s', (name, better) => {
    expect(betterOf(name)).toBe(better)
  })
})

describe('the trade of a metric against energy', () => {
  const records = [
    run('cheap', 0.5, 0.8),
    run('good', 1, 0.9),
    run('best', 3, 0.95),
    run('worse', 2, 0.85),
    run('close', 1.02, 0.89),
  ]

  it('has its best runs on the front, and calls dominated what surely is', () => {
    const comparison = compareRuns(records, { metric: 'acc' })
    expect(comparison.better).toBe('higher')
    expect(standingOf(comparison)).toEqual({
      cheap: 'front',
      good: 'front',
      best: 'front',
      worse: 'dominated',
      close: undefined,
    })
    expect(comparison.runs.find(({ id }) => id === 'worse')!.dominated_by).toBe('good')
  })

  it('turns with the direction of the metric', () => {
    const comparison = compareRuns(records, { metric: 'acc', better: 'lower' })
    expect(comparison.runs.filter(({ standing }) => standing === 'front').map(({ id }) => id)).toEqual([
      'cheap',
    ])
  })

  it('is not told where nobody knows which way is better, or a figure is unknown', () => {
    const unclear = records.map(record => ({ ...record, metrics: { mystery: 1 } }))
    const comparison = compareRuns(unclear, { metric: 'mystery' })
    expect(comparison.better).toBeUndefined()
    expect(comparison.runs.every(({ standing }) => standing === undefined)).toBe(true)
    const unknown = { ...unknownEnergy, metrics: { acc: 0.99 } }
    expect(standingOf(compareRuns([...records, unknown], { metric: 'acc' }))[unknown.id]).toBeUndefined()
  })

  it('does not cross scopes and idle policies', () => {
    const machine = run('machine', 0.1, 0.99, { scope: 'machine' })
    const standing = standingOf(compareRuns([...records, machine], { metric: 'acc' }))
    expect(standing).toMatchObject({ machine: 'front', best: 'front' })
  })

  it('is what comparing each with each says, whatever the numbers', () => {
    const point = fc.record({
      value: fc.double({ min: 1, max: 10, noNaN: true }),
      width: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
      metric: fc.integer({ min: 0, max: 5 }),
    })
    fc.assert(
      fc.property(fc.array(point, { maxLength: 12 }), points => {
        const runs = points.map(({ value, width, metric }, i) => {
          const energy: Quantity = {
            value,
            low: value * (1 - width),
            high: value * (1 + width),
            unit: 'kWh',
            tier: 'modelled',
            method: 'test',
          }
          return {
            ...comparedRun(digestOf(measuredLaptop), undefined),
            id: String(i),
            energy_kwh: energy,
            metric,
          }
        })
        const found = standings([], runs, 'higher')
        for (const ours of runs) {
          const others = runs.filter(other => other !== ours && other.metric >= ours.metric)
          const dominated = others.some(other => other.energy_kwh.high < ours.energy_kwh.low)
          const beaten = others.some(
            other =>
              other.energy_kwh.value < ours.energy_kwh.value ||
              (other.metric > ours.metric && other.energy_kwh.value === ours.energy_kwh.value),
          )
          const standing = dominated ? 'dominated' : beaten ? undefined : 'front'
          expect(found.get(ours.id)?.standing).toBe(standing)
        }
      }),
    )
  })

  it('takes 10 000 runs in its stride', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ({
      ...comparedRun(digestOf(measuredLaptop), undefined),
      id: String(i),
      metric: (i * 7919) % 1000,
    }))
    expect(standings([], many, 'higher').size).toBeGreaterThan(0)
  })
})

describe('repeated configurations', () => {
  it('are marked with the run that they repeat', () => {
    const first = run('first', 1, 0.9, { started_at: '2026-03-01T00:00:00.000Z' })
    const comparison = compareRuns([
      { ...first, id: 'second', started_at: '2026-03-02T00:00:00.000Z' },
      first,
    ])
    expect(comparison.runs.map(({ repeats }) => repeats)).toEqual(['first', undefined])
  })
})

describe('one grid for all', () => {
  const abroad = {
    ...measuredLaptop.grid,
    zone: 'DE',
    g_per_kwh: { ...measuredLaptop.grid.g_per_kwh, value: 300 },
  }
  const records = [run('here', 1, 0.9), run('there', 1, 0.9, { grid: abroad })]

  it('makes the carbon of equal energy equal, and leaves energy as it was', () => {
    const comparison = compareRuns(records, { at: 'SE' })
    const [here, there] = comparison.runs
    expect(comparison.at).toBe('SE')
    expect(here!.grid.zone).toBe('SE')
    expect(there!.operational_carbon_g!.value).toBeCloseTo(here!.operational_carbon_g!.value, 12)
    expect(there!.energy_kwh).toEqual(records[1]!.energy.total_kwh)
    expect(comparison.cautions.map(({ code }) => code)).not.toContain('grid-zone')
    expect(compareRuns(records).cautions.map(({ code }) => code)).toContain('grid-zone')
  })

  it('has to be that of a country', () => {
    expect(() => compareRuns(records, { at: 'Atlantis' })).toThrow(/Atlantis/)
  })
})
