import { describe, expect, it } from 'vitest'
import type { DeviceUseReading } from '../journal/entry.js'
import { DeviceUseSeries } from './device-use-series.js'

const seriesOf = (...readings: readonly DeviceUseReading[]): DeviceUseSeries => {
  const series = new DeviceUseSeries()
  for (const [second, reading] of readings.entries()) series.add(second * 1e9, reading)
  return series
}

const NOBODY: DeviceUseReading = [0, 0, 0, 0, 0, 0]
const OURS: DeviceUseReading = [1, 0, 0, 1, 0, 0]

describe('the use of a device over time', () => {
  it('gives work by interval from running sums', () => {
    const [first, second] = seriesOf(
      [1, 1, 0, 1, 0, 0],
      [1, 1, 0, 1, 30, 40],
      [1, 1, 0, 1, 30, 90],
    ).intervals()
    expect(first).toMatchObject({ from: 0, to: 1e9, ourWork: 30, allWork: 40 })
    expect(second).toMatchObject({ from: 1e9, to: 2e9, ourWork: 0, allWork: 50 })
  })

  it('is idle only where nothing ran at both ends', () => {
    const series = seriesOf(NOBODY, NOBODY, OURS, NOBODY, [0, 0, 0, 1, 0, 0], [0, 0, 0, null, 0, 0])
    const intervals = [...series.intervals()]
    expect(intervals.map(({ idle }) => idle)).toEqual([true, false, false, false, false])
  })

  it('counts a process that ended within an interval as there', () => {
    const [first] = seriesOf(OURS, NOBODY).intervals()
    expect(first).toMatchObject({ ours: 1 })
  })

  it('sorts readings that arrive late', () => {
    const series = new DeviceUseSeries()
    for (const second of [2, 0, 1]) series.add(second * 1e9, [1, 1, 0, 1, second, second])
    expect([...series.intervals()].map(({ from, ourWork }) => [from, ourWork])).toEqual([
      [0, 1],
      [1e9, 1],
    ])
  })

  it('keeps when processes came and went, and all work, when detail is forgotten', () => {
    const busy = (work: number): DeviceUseReading => [1, 1, 0, 1, work, 2 * work]
    const readings = [NOBODY, NOBODY, ...[1, 2, 3, 4, 5].map(busy), OURS, OURS]
    const series = seriesOf(...readings)
    const work = () => [...series.intervals()].reduce((sum, { ourWork }) => sum + ourWork, 0)
    const before = { work: work(), count: [...series.intervals()].length }
    series.thin(100e9, 10e9)
    expect([...series.intervals()].length).toBeLessThan(before.count)
    expect(work()).toBe(before.work)
    expect([...series.intervals()].filter(({ idle }) => idle)).toEqual([
      expect.objectContaining({ from: 0, to: 1e9 }),
    ])
    expect([...series.intervals()].filter(({ ours }) => ours === 0).at(-1)!.to).toBe(1e9)
  })
})
