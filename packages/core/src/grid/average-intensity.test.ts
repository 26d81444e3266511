import { describe, expect, it } from 'vitest'
import { isAverageIntensity } from './average-intensity.js'
import type { GridIntensity } from './grid-intensity.js'
import { resolveGridIntensity } from './static-grid.js'

const whole: GridIntensity = {
  gramsPerKwh: 300,
  low: 200,
  high: 450,
  zone: 'DE',
  source: 'somebody',
  basis: 'lifecycle',
  kind: 'average',
  tier: 'modelled',
  fallback: false,
  method: 'yearly average',
}

describe('an intensity that somebody gives as a whole', () => {
  it('is taken as it is', () => {
    expect(isAverageIntensity(whole)).toBe(true)
    expect(resolveGridIntensity({ location: { how: 'unknown' }, gridIntensity: whole })).toEqual(whole)
  })

  it.each([
    { kind: 'marginal' },
    { low: 301 },
    { high: 299 },
    { low: -1 },
    { gramsPerKwh: Number.NaN },
    { gramsPerKwh: '300' },
    { high: Number.POSITIVE_INFINITY },
    { basis: 'consumption' },
    { source: undefined },
    { fallback: 0 },
  ])('is none with %j', change => {
    expect(isAverageIntensity({ ...whole, ...change })).toBe(false)
  })

  it.each([undefined, null, 300, 'DE', {}, []])('is not %j', value => {
    expect(isAverageIntensity(value)).toBe(false)
  })
})
