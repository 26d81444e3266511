import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packageCounter } from '../testing/scripted-run.js'
import { unwrapStep } from './unwrap.js'

const spec = packageCounter({ maxPowerWatts: 300 })
const range = spec.wrapRaw!

describe('unwrapStep', () => {
  it('adds a plain advance', () => {
    expect(unwrapStep(spec, 1_000_000, 101_000_000, 1)).toEqual({
      step: 'advance',
      advance: 100_000_000,
      raw: 101_000_000,
    })
  })

  it('restores one wrap that the hardware could have made', () => {
    expect(unwrapStep(spec, range - 499, 500, 1)).toEqual({ step: 'advance', advance: 999, raw: 500 })
  })

  it('takes a counter zeroed by suspend for a reset, not for 62 kJ of phantom energy', () => {
    const zeroed = unwrapStep(spec, 200_000_000_000, 1_000_000, 1)
    expect(zeroed).toEqual({ step: 'reset', advance: 1_000_000, raw: 1_000_000 })
  })

  it('books nothing for a counter that jumps further than the hardware can draw', () => {
    expect(unwrapStep(spec, 0, 100_000_000_000, 1)).toMatchObject({ step: 'implausible', advance: 0 })
    expect(unwrapStep(spec, 200_000_000_000, 100_000_000_000, 1)).toMatchObject({
      step: 'implausible',
      advance: 0,
    })
  })

  it('says when a whole wrap may be hidden in a long silence', () => {
    expect(unwrapStep(spec, 0, 1000, 3600).step).toBe('wraps-hidden')
  })

  it('sees two readings in swapped order as no time at all, also across a wrap', () => {
    expect(unwrapStep(spec, 5000, 4000, 0.001)).toEqual({ step: 'reordered', advance: 0, raw: 5000 })
    expect(unwrapStep(spec, 300, range - 200, 0.001)).toEqual({ step: 'reordered', advance: 0, raw: 300 })
  })

  it('never books more than the ceiling allows, whatever the counter shows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: range }),
        fc.integer({ min: 0, max: range }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (previous, raw, seconds) => {
          const { advance } = unwrapStep(spec, previous, raw, seconds)
          expect(advance).toBeGreaterThanOrEqual(0)
          expect(advance * spec.scale).toBeLessThanOrEqual(300 * 1.5 * (seconds + 0.1) + 1e-6)
        },
      ),
    )
  })

  it('handles counters that never wrap: going down is a reset', () => {
    const { wrapRaw: _, ...endless } = spec
    expect(unwrapStep(endless, 9_000_000_000, 50, 10)).toMatchObject({ step: 'reset', advance: 50 })
  })
})
