import { describe, expect, it } from 'vitest'
import { ClockWatch, clockChange } from './clock-watch.js'

const YEAR_MS = 365 * 86_400_000

/** A machine whose clocks are told what happens; the run's clock neither counts sleep nor can be set. */
const machine = () => {
  const clocks = { runMs: 0, wallMs: 1.8e12, uptimeMs: 5e6, lookMs: 0 }
  const passed = (ms: number): void => {
    clocks.runMs += ms
    clocks.wallMs += ms
    clocks.uptimeMs += ms
  }
  const watch = new ClockWatch(() => Math.round(clocks.runMs * 1e6), {
    wallMs: () => clocks.wallMs,
    uptimeMs: () => {
      clocks.runMs += clocks.lookMs
      // As some systems tell it.
      return Math.floor(clocks.uptimeMs / 1000) * 1000
    },
  })
  return {
    clocks,
    watch,
    passed,
    slept: (ms: number): void => {
      clocks.wallMs += ms
      clocks.uptimeMs += ms
    },
    set: (ms: number): void => {
      clocks.wallMs += ms
    },
  }
}

describe('ClockWatch', () => {
  it('has nothing to say of hours in which nothing happens', () => {
    const { watch, passed } = machine()
    for (let round = 0; round < 5000; round++) {
      passed(997)
      expect(watch.look()).toBeUndefined()
    }
  })

  it('tells a sleep and its length once', () => {
    const { watch, passed, slept } = machine()
    passed(61_300)
    slept(8 * 3_600_000 + 700)
    passed(1000)
    expect(watch.look()).toEqual({ type: 'clock', t: 62_300e6, sleptMs: 8 * 3_600_000 + 700, steppedMs: 0 })
    passed(1000)
    expect(watch.look()).toBeUndefined()
  })

  it.each([YEAR_MS, -YEAR_MS, 3_600_000, -3000])('tells a clock that was set by %d ms', ms => {
    const { watch, passed, set } = machine()
    passed(1400)
    set(ms)
    passed(300)
    expect(watch.look()).toMatchObject({ sleptMs: 0, steppedMs: ms })
    passed(1e6)
    expect(watch.look()).toBeUndefined()
  })

  it('tells both apart when the clock is set after a sleep', () => {
    const { watch, passed, slept, set } = machine()
    passed(10_000)
    slept(600_000)
    set(-YEAR_MS)
    expect(watch.look()).toMatchObject({ sleptMs: 600_000, steppedMs: -YEAR_MS })
  })

  it('looks again where a look took so long that its clocks are of no one instant', () => {
    const { clocks, watch, set } = machine()
    set(5000)
    clocks.lookMs = 500
    expect(watch.look()).toBeUndefined()
    clocks.lookMs = 0
    expect(watch.look()).toBeDefined()
  })
})

it('a correction of less than two seconds is none', () => {
  expect(clockChange(1900, 0)).toEqual({ sleptMs: 0, steppedMs: 0 })
  expect(clockChange(-1900, 900)).toEqual({ sleptMs: 0, steppedMs: 0 })
})
