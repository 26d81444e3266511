import { describe, expect, it } from 'vitest'
import { UsageSeries } from './usage-series.js'

const treeBetween = (series: UsageSeries): number =>
  [...series.intervals()].reduce((sum, { treeSeconds }) => sum + treeSeconds, 0)

describe('processor time from two threads', () => {
  it('cannot disagree about descendants: one thread follows them', () => {
    const series = new UsageSeries()
    // Descendants: 10 s by the start, one more each second; the other thread reads its own time in between.
    for (let second = 0; second <= 10; second++) {
      series.add(second * 1e9, [2 * second, 4 * second, 0.5 * second + 10 + second, 10 + second])
      const later = second + 0.4
      series.add(later * 1e9, [2 * later, 4 * later, 0.5 * later, null])
    }
    expect(treeBetween(series)).toBeCloseTo(10 * 1.5 + 0.4 * 0.5, 9)
    for (const { from, to, treeSeconds } of series.intervals()) {
      if (to <= 10e9) expect(treeSeconds / ((to - from) / 1e9)).toBeCloseTo(1.5, 9)
    }
  })

  it('of a thread that forgot an orphan is not booked twice', () => {
    const series = new UsageSeries()
    // An orphan that used 100 s ended before this reader first looked: it never knew of it, and need not.
    series.add(0, [0, 0, 1, 0])
    series.add(1e9, [1, 4, 101, 100])
    series.add(1.5e9, [1.5, 6, 1, null])
    series.add(2e9, [2, 8, 101, 100])
    expect(treeBetween(series)).toBeCloseTo(100, 9)
  })

  it('that was never told apart is taken as it is', () => {
    const series = new UsageSeries()
    series.add(0, [0, 0, 5])
    series.add(1e9, [1, 4, 5.5])
    expect(treeBetween(series)).toBeCloseTo(0.5, 9)
  })

  it('keeps the readings that know of descendants when it forgets detail', () => {
    const [full, thin] = [new UsageSeries(), new UsageSeries()]
    for (const series of [full, thin]) {
      for (let half = 0; half <= 400; half++) {
        const seconds = half / 2
        series.add(
          seconds * 1e9,
          half % 2 === 0
            ? [seconds, 4 * seconds, 3 * seconds, 2 * seconds]
            : [seconds, 4 * seconds, seconds, null],
        )
      }
    }
    thin.thin(150e9, 30e9)
    expect(treeBetween(thin)).toBeCloseTo(treeBetween(full), 9)
    expect([...thin.intervals()].length).toBeLessThan([...full.intervals()].length / 2)
  })
})
