import { describe, expect, it } from 'vitest'
import type { GridIntensity } from './grid-intensity.js'
import { GridSeries } from './grid-series.js'

const grid = (gramsPerKwh: number, change: Partial<GridIntensity> = {}): GridIntensity => ({
  gramsPerKwh,
  low: gramsPerKwh / 1.1,
  high: gramsPerKwh * 1.1,
  zone: 'GB',
  source: 'test',
  basis: 'direct',
  kind: 'average',
  tier: 'modelled',
  fallback: false,
  method: 'test',
  ...change,
})

const shown = (series: GridSeries, from: number, to: number) =>
  series.between(from, to).map(stretch => [stretch.from, stretch.to, stretch.grid.gramsPerKwh, stretch.stale])

describe('GridSeries', () => {
  it('has one figure where nothing was published', () => {
    const series = new GridSeries('average', grid(100))
    expect(shown(series, 0, 50)).toEqual([[0, 50, 100, false]])
    expect(shown(series, 0, 0)).toEqual([[0, 0, 100, false]])
  })

  it('changes where the next figure begins, in whatever order they came', () => {
    const series = new GridSeries('average', grid(1))
    series.add({ t: 20, until: 30, grid: grid(300) })
    series.add({ t: 0, until: 20, grid: grid(200) })
    expect(shown(series, 5, 25)).toEqual([
      [5, 20, 200, false],
      [20, 25, 300, false],
    ])
  })

  it('takes the nearest figure for a time that has none, says so and widens its interval', () => {
    const series = new GridSeries('average', grid(1))
    series.add({ t: 10, until: 20, grid: grid(200) })
    series.add({ t: 30, until: 40, grid: grid(300) })
    expect(shown(series, 0, 100)).toEqual([
      [0, 10, 200, true],
      [10, 20, 200, false],
      [20, 30, 200, true],
      [30, 40, 300, false],
      [40, 100, 300, true],
    ])
    const [before, own] = series.between(0, 20)
    expect(before!.grid.high).toBeGreaterThan(own!.grid.high)
    expect(before!.grid.low).toBeLessThan(own!.grid.low)
  })

  it('lets a correction replace what was said of the same instant', () => {
    const series = new GridSeries('average', grid(1))
    series.add({ t: 0, until: 10, grid: grid(200, { estimated: true }) })
    series.add({ t: 0, until: 10, grid: grid(210) })
    expect(shown(series, 0, 10)).toEqual([[0, 10, 210, false]])
  })

  it('passes over figures of another kind', () => {
    const series = new GridSeries('average', grid(100))
    series.add({ t: 0, until: 10, grid: grid(900, { kind: 'marginal' }) })
    expect(shown(series, 0, 10)).toEqual([[0, 10, 100, false]])
    expect(new GridSeries('marginal').between(0, 10)).toEqual([])
  })

  it('sorts spans by the intensity that applied', () => {
    const series = new GridSeries('average', grid(1))
    series.add({ t: 0, until: 10, grid: grid(200) })
    series.add({ t: 10, until: 20, grid: grid(300) })
    const parts = series.partsOf([
      [0, 2],
      [8, 12],
      [15, 20],
    ])
    expect(parts.map(part => [part.grid.gramsPerKwh, part.spans])).toEqual([
      [
        200,
        [
          [0, 2],
          [8, 10],
        ],
      ],
      [
        300,
        [
          [10, 12],
          [15, 20],
        ],
      ],
    ])
  })
})
