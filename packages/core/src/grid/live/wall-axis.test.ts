import { describe, expect, it } from 'vitest'
import { WallAxis } from './wall-axis.js'

const HOUR_MS = 3_600_000
const YEAR_MS = 365 * 24 * HOUR_MS
/** Clocks that have not been interfered with, so many milliseconds after the start. */
const after = (ms: number, startMs = 0) => ({ wallMs: startMs + ms, uptimeMs: 900_000 + ms })

describe('WallAxis', () => {
  it('counts from the start of the run', () => {
    const axis = new WallAxis(after(0, 1000))
    expect(axis.toRun(1000)).toBe(0)
    expect(axis.toRun(500)).toBe(0)
    expect(axis.toRun(1250)).toBe(250e6)
    expect(axis.toRun(1250.25)).toBe(250_250_000)
  })

  it('leaves what was before a night of sleep where it was', () => {
    const axis = new WallAxis(after(0))
    expect(axis.read(after(600_000), 600e9)).toBe(false)
    expect(axis.read(after(600_000 + 8 * HOUR_MS), 601e9)).toBe(false)
    expect(axis.toRun(300_000)).toBe(300e9)
    expect(axis.toRun(600_000 + 4 * HOUR_MS)).toBe(600.5e9)
    expect(axis.toRun(600_000 + 8 * HOUR_MS + 1000)).toBe(602e9)
  })

  it.each([
    ['a year ahead, and is put right', YEAR_MS],
    ['a year behind, and is put right', -YEAR_MS],
    ['an hour ahead, and is put right', HOUR_MS],
  ])('places the past by the clock that was set: it was %s', (_, wrongMs) => {
    const axis = new WallAxis(after(0, wrongMs))
    axis.read(after(600_000, wrongMs), 600e9)
    expect(axis.read(after(1_200_000), 1200e9)).toBe(true)
    expect(axis.startedAtMs).toBe(0)
    for (const seconds of [0, 300, 600, 900, 1200, 1500]) {
      expect(axis.toRun(seconds * 1000)).toBe(seconds * 1e9)
    }
  })

  it('knows a sleep from a clock that was set after it', () => {
    const axis = new WallAxis(after(0, YEAR_MS))
    axis.read(after(600_000, YEAR_MS), 600e9)
    expect(axis.read(after(600_000 + 8 * HOUR_MS), 601e9)).toBe(true)
    expect(axis.toRun(300_000)).toBe(300e9)
    expect(axis.toRun(600_000 + 4 * HOUR_MS)).toBe(600.5e9)
  })
})
