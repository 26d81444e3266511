import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measuredLaptop } from '../fixtures/measured-laptop.js'
import { unknownEnergy } from '../fixtures/other-runs.js'
import { linearAxis } from './axis.js'
import { decimatePower } from './decimate.js'
import { epochEnergyChart } from './epoch-energy-chart.js'
import { WIDE } from './frame.js'
import { metricChart } from './metric-chart.js'
import { powerChart } from './power-chart.js'
import { powerSvg } from './power-svg.js'

describe('linearAxis', () => {
  const domain = fc
    .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-6, max: 1e6, noNaN: true }))
    .map(([min, width]): [number, number] => [min, min + width])
    .filter(([min, max]) => max - min > Math.abs(min) * 1e-9)

  it('maps the ends of the domain to the ends of the range', () => {
    fc.assert(
      fc.property(domain, ([min, max]) => {
        const axis = linearAxis([min, max], [10, 110], 5)
        expect(axis.at(min)).toBeCloseTo(10)
        expect(axis.at(max)).toBeCloseTo(110)
      }),
    )
  })

  it('puts a readable number of ticks inside the domain, with labels that tell them apart', () => {
    fc.assert(
      fc.property(domain, ([min, max]) => {
        const axis = linearAxis([min, max], [0, 1], 5)
        const slack = (max - min) * 1e-6
        expect(axis.ticks.length).toBeLessThanOrEqual(7)
        for (const tick of axis.ticks) {
          expect(tick).toBeGreaterThanOrEqual(min - slack)
          expect(tick).toBeLessThanOrEqual(max + slack)
        }
        expect(new Set(axis.ticks.map(axis.label)).size).toBe(axis.ticks.length)
      }),
    )
  })

  it('can draw a constant', () => {
    const axis = linearAxis([3, 3], [0, 100], 4)
    expect(axis.at(3)).toBe(50)
  })
})

describe('decimatePower', () => {
  it('keeps the extremes and the mean of evenly spaced points', () => {
    const points = fc.array(
      fc.record({
        mean: fc.double({ min: 0, max: 500, noNaN: true }),
        below: fc.double({ min: 0, max: 50, noNaN: true }),
        above: fc.double({ min: 0, max: 50, noNaN: true }),
      }),
      { minLength: 1, maxLength: 400 },
    )
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 100 }), (raw, most) => {
        const all = raw.map(({ mean, below, above }, t) => ({
          t,
          mean,
          min: mean - below,
          max: mean + above,
        }))
        const kept = decimatePower(all, most)
        expect(kept.length).toBeLessThanOrEqual(Math.max(most, 1))
        expect(Math.max(...kept.map(point => point.max))).toBe(Math.max(...all.map(point => point.max)))
        expect(Math.min(...kept.map(point => point.min))).toBe(Math.min(...all.map(point => point.min)))
        for (const point of kept) {
          expect(point.mean).toBeGreaterThanOrEqual(point.min - 1e-9)
          expect(point.mean).toBeLessThanOrEqual(point.max + 1e-9)
        }
      }),
    )
  })
})

describe('charts', () => {
  it('draw a bar as high as its epoch used energy', () => {
    const chart = epochEnergyChart(measuredLaptop)!
    const { markup } = chart.draw(WIDE)
    const heights = [...markup.matchAll(/class="bar measured"[^>]*height="([\d.]+)"/g)].map(match =>
      Number(match[1]),
    )
    const energies = measuredLaptop.epochs.map(epoch => epoch.energy_kwh!.value)
    expect(heights).toHaveLength(energies.length)
    heights.forEach((height, i) => {
      expect(height / heights[0]!).toBeCloseTo(energies[i]! / energies[0]!, 2)
    })
  })

  it('add up the energy of epochs from left to right', () => {
    const { rows } = metricChart(measuredLaptop)!.table
    const sums = rows.map(row => Number(row[1]))
    const total = measuredLaptop.epochs.reduce((sum, epoch) => sum + epoch.energy_kwh!.value, 0)
    expect(sums).toEqual([...sums].sort((a, b) => a - b))
    expect(sums.at(-1)! / 1e6).toBeCloseTo(total, 6)
  })

  it('show the first metric where there is no loss', () => {
    const epochs = measuredLaptop.epochs.map(epoch => ({
      ...epoch,
      metrics: { energy_kwh: 1, carbon_g: 2, rmse: epoch.metrics.loss! },
    }))
    expect(metricChart({ ...measuredLaptop, epochs })!.title).toBe('rmse against energy')
  })

  it('leave a gap in power out rather than drawing it as zero', () => {
    const power = { t_s: [0, 1, 2], mean_w: [10, Number.NaN, 12], min_w: [9, 9, 9], max_w: [11, 11, 13] }
    expect(powerChart({ ...measuredLaptop, power })!.table.rows).toHaveLength(2)
  })

  it('are not drawn without figures', () => {
    expect(powerChart(unknownEnergy)).toBeUndefined()
    expect(epochEnergyChart(unknownEnergy)).toBeUndefined()
    expect(metricChart(unknownEnergy)).toBeUndefined()
  })
})

describe('powerSvg', () => {
  it('is a file of its own: named space, size, colours, and nothing that is left to the page', () => {
    const svg = powerSvg(measuredLaptop)!
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="940" height="300" /)
    const used = [...svg.matchAll(/var\(--([\w-]+)\)/g)].map(([, name]) => name!)
    for (const name of new Set(used)) expect(svg).toContain(`--${name}:`)
    expect(powerSvg(unknownEnergy)).toBeUndefined()
  })
})
