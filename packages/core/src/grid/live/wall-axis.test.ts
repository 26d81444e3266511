import { describe, expect, it } from 'vitest'
import { WallAxis } from './wall-axis.js'

describe('WallAxis', () => {
  it('counts from the start of the run', () => {
    const axis = new WallAxis(1000)
    expect(axis.toRun(1000)).toBe(0)
    expect(axis.toRun(500)).toBe(0)
    expect(axis.toRun(1250)).toBe(250e6)
    expect(axis.toRun(1250.25)).toBe(250_250_000)
  })

  it('leaves what was before a night of sleep where it was', () => {
    const axis = new WallAxis(0)
    axis.read(600_000, 600e9)
    axis.read(600_000 + 8 * 3_600_000, 601e9)
    expect(axis.toRun(300_000)).toBe(300e9)
    expect(axis.toRun(600_000 + 4 * 3_600_000)).toBe(600.5e9)
    expect(axis.toRun(600_000 + 8 * 3_600_000 + 1000)).toBe(602e9)
  })

  it('goes on when the clock is set back', () => {
    const axis = new WallAxis(0)
    axis.read(10_000, 10e9)
    axis.read(5000, 11e9)
    axis.read(20_000, 26e9)
    expect(axis.toRun(5000)).toBe(5e9)
    expect(axis.toRun(15_000)).toBe(18e9)
  })
})
