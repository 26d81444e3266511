import type { Quantity } from '@epochwatt/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PAYLOAD, recordSaying } from '../fixtures/hostile.js'
import { measuredLaptop } from '../fixtures/measured-laptop.js'
import { failedEarly, modelledVm, scaledLaptop, unknownEnergy } from '../fixtures/other-runs.js'
import { digestOf } from '../reading/run-digest.js'
import { compareRuns } from './compare-runs.js'
import { comparedRun } from './compared-run.js'
import { comparisonCsv } from './comparison-csv.js'
import { judge } from './verdict.js'

const verdictOf = (comparison: ReturnType<typeof compareRuns>, run: string, figure: string) =>
  comparison.verdicts.find(verdict => verdict.run === run && verdict.figure === figure)!

const codes = (comparison: ReturnType<typeof compareRuns>) => comparison.cautions.map(({ code }) => code)

describe('verdicts', () => {
  it('call a difference when the intervals do not overlap', () => {
    const comparison = compareRuns([measuredLaptop, scaledLaptop('half', 0.5), scaledLaptop('double', 2)])
    expect(verdictOf(comparison, 'half', 'energy').outcome).toBe('less')
    expect(verdictOf(comparison, 'double', 'energy').outcome).toBe('more')
    expect(verdictOf(comparison, 'half', 'energy_per_epoch').outcome).toBe('less')
    expect(verdictOf(comparison, 'half', 'energy').ratio!.value).toBeCloseTo(0.5)
  })

  it('leave it open when the intervals overlap', () => {
    const comparison = compareRuns([measuredLaptop, scaledLaptop('close', 0.93)])
    expect(verdictOf(comparison, 'close', 'energy').outcome).toBe('open')
  })

  it('judge energy and carbon apart: the wider interval of carbon leaves open what energy tells', () => {
    const comparison = compareRuns([measuredLaptop, scaledLaptop('half', 0.5)])
    expect(verdictOf(comparison, 'half', 'carbon').outcome).toBe('open')
  })

  it('are never called on figures whose intervals touch, whatever the numbers', () => {
    const side = fc.record({
      value: fc.double({ min: 1e-6, max: 10, noNaN: true }),
      below: fc.double({ min: 0.01, max: 0.9, noNaN: true }),
      above: fc.double({ min: 0.01, max: 2, noNaN: true }),
    })
    const run = (id: string, { value, below, above }: { value: number; below: number; above: number }) => {
      const energy: Quantity = {
        value,
        low: value * (1 - below),
        high: value * (1 + above),
        unit: 'kWh',
        tier: 'modelled',
        method: 'test',
      }
      return { ...comparedRun(digestOf(measuredLaptop), undefined), id, energy_kwh: energy }
    }
    fc.assert(
      fc.property(side, side, (a, b) => {
        const ours = run('a', a)
        const theirs = run('b', b)
        const verdict = judge(ours, theirs, 'energy')
        const overlap =
          ours.energy_kwh.low <= theirs.energy_kwh.high && theirs.energy_kwh.low <= ours.energy_kwh.high
        expect(verdict.outcome === 'open').toBe(overlap)
        const opposite = { less: 'more', more: 'less', open: 'open' }[
          verdict.outcome as 'less' | 'more' | 'open'
        ]
        expect(judge(theirs, ours, 'energy').outcome).toBe(opposite)
        expect(verdict.ratio!.low).toBeLessThanOrEqual(verdict.ratio!.value)
        expect(verdict.ratio!.high).toBeGreaterThanOrEqual(verdict.ratio!.value)
      }),
    )
  })

  it('refuse to compare energies of different scope or idle policy', () => {
    const machine = scaledLaptop('machine', 0.2, { scope: 'machine' })
    const full = scaledLaptop('full', 0.2, { static_policy: 'full' })
    const comparison = compareRuns([measuredLaptop, machine, full])
    expect(verdictOf(comparison, 'machine', 'energy').outcome).toBe('not-comparable')
    expect(verdictOf(comparison, 'machine', 'energy').reason).toContain('machine')
    expect(verdictOf(comparison, 'full', 'carbon').outcome).toBe('not-comparable')
    expect(codes(comparison)).toEqual(expect.arrayContaining(['scope', 'static-policy']))
  })

  it('refuse to rank carbon across bases and kinds, but still compare energy', () => {
    const direct = scaledLaptop('direct', 0.2, { grid: { ...measuredLaptop.grid, basis: 'direct' } })
    const marginal = scaledLaptop('marginal', 0.2, { grid: { ...measuredLaptop.grid, kind: 'marginal' } })
    const comparison = compareRuns([measuredLaptop, direct, marginal])
    expect(verdictOf(comparison, 'direct', 'carbon').outcome).toBe('not-comparable')
    expect(verdictOf(comparison, 'marginal', 'carbon').outcome).toBe('not-comparable')
    expect(verdictOf(comparison, 'direct', 'energy').outcome).toBe('less')
    expect(codes(comparison)).toEqual(expect.arrayContaining(['grid-basis', 'grid-kind']))
  })

  it('say unknown where a figure is', () => {
    const comparison = compareRuns([measuredLaptop, unknownEnergy, failedEarly])
    expect(verdictOf(comparison, unknownEnergy.id, 'energy').outcome).toBe('unknown')
    expect(verdictOf(comparison, failedEarly.id, 'energy_per_epoch').outcome).toBe('unknown')
  })
})

describe('cautions', () => {
  it('are none between runs that are alike', () => {
    expect(compareRuns([measuredLaptop, scaledLaptop('b', 0.5)]).cautions).toEqual([])
  })

  it('name different tiers, grids, buildings, fallback and unfinished runs', () => {
    expect(codes(compareRuns([measuredLaptop, modelledVm]))).toEqual([
      'tier',
      'grid-zone',
      'grid-fallback',
      'pue',
      'status',
    ])
  })

  it('name different versions of the method', () => {
    const later = scaledLaptop('b', 1, { methodology: { ...measuredLaptop.methodology, version: '2' } })
    expect(codes(compareRuns([measuredLaptop, later]))).toEqual(['methodology'])
  })
})

describe('figures', () => {
  it('give the mean of complete epochs, its bounds added up linearly', () => {
    const [run] = compareRuns([modelledVm]).runs
    const complete = modelledVm.epochs.filter(epoch => epoch.complete)
    const mean = (bound: 'value' | 'low' | 'high') =>
      complete.reduce((sum, epoch) => sum + epoch.energy_kwh![bound], 0) / complete.length
    expect(run!.energy_per_epoch_kwh!.value).toBeCloseTo(mean('value'), 12)
    expect(run!.energy_per_epoch_kwh!.low).toBeCloseTo(mean('low'), 12)
    expect(run!.energy_per_epoch_kwh!.high).toBeCloseTo(mean('high'), 12)
  })

  it('take a metric from the run, else from its last epoch', () => {
    expect(compareRuns([measuredLaptop], { metric: 'test_acc' }).runs[0]!.metric).toBe(0.9612)
    expect(compareRuns([measuredLaptop]).runs[0]!.metric).toBe(measuredLaptop.epochs.at(-1)!.metrics.loss)
  })

  it('refuse a metric that no run logged and a reference that is not among the runs', () => {
    expect(() => compareRuns([measuredLaptop], { metric: 'f1' })).toThrow(/"f1"; logged: .*val_acc/)
    expect(() => compareRuns([measuredLaptop], { reference: 'x' })).toThrow(/"x" is not among/)
  })

  it('hold the others against the reference asked for', () => {
    const comparison = compareRuns([measuredLaptop, scaledLaptop('b', 0.5)], { reference: 'b' })
    expect(verdictOf(comparison, measuredLaptop.id, 'energy').outcome).toBe('more')
  })
})

describe('CSV', () => {
  /** RFC 4180, as a reader would. */
  const parse = (text: string): string[][] => {
    const rows: string[][] = [[]]
    for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
      rows.at(-1)!.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'))
      if (end === '\r\n') rows.push([])
    }
    return rows.slice(0, -1)
  }
  const table = (text: string) => {
    const [header, ...rows] = parse(text)
    return rows.map(row => Object.fromEntries(header!.map((name, i) => [name, row[i]])))
  }

  it('has all digits of every figure, and nothing where one is unknown', () => {
    const rows = table(comparisonCsv(compareRuns([measuredLaptop, unknownEnergy])))
    expect(Number(rows[0]!.energy_kwh)).toBe(measuredLaptop.energy.total_kwh!.value)
    expect(Number(rows[0]!.energy_kwh_low)).toBe(measuredLaptop.energy.total_kwh!.low)
    expect(Number(rows[0]!.operational_carbon_g)).toBe(measuredLaptop.carbon.operational_g!.value)
    expect(rows[0]!.energy_kwh_tier).toBe('measured')
    expect(rows[1]!.energy_kwh).toBe('')
    expect(rows[1]!.total_carbon_g).toBe('')
  })

  it('keeps names with commas, quotes and line breaks in their cell, and makes no formula of them', () => {
    const record = { ...measuredLaptop, name: '=HYPERLINK("http://x"),\r\n"a"' }
    const [row] = table(comparisonCsv(compareRuns([record])))
    expect(row!.name).toBe(`'${record.name}`)
    expect(table(comparisonCsv(compareRuns([recordSaying(PAYLOAD)])))).toHaveLength(1)
  })

  it('is empty without runs', () => {
    expect(comparisonCsv(compareRuns([]))).toBe('\r\n')
  })
})
