import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addCorrelated, type Factor, multiplyQuantity, sumQuantities, tierOfSum } from './combine.js'
import type { Quantity, Tier } from './quantity.js'

const tiers = fc.constantFrom<Tier>('measured', 'modelled', 'assumed')

/** A value from 1e-6 to 1e6 with its bounds, or exact. */
const factors = fc
  .record({
    exponent: fc.double({ min: -6, max: 6, noNaN: true }),
    below: fc.oneof(fc.constant(1), fc.double({ min: 1, max: 50, noNaN: true })),
    above: fc.oneof(fc.constant(1), fc.double({ min: 1, max: 50, noNaN: true })),
    tier: tiers,
  })
  .map(({ exponent, below, above, tier }): Factor => {
    const value = 10 ** exponent
    return { value, low: value / below, high: value * above, tier }
  })

const quantities = factors.map((factor): Quantity => ({ ...factor, unit: 'kWh', method: 'test' }))

const exact = (value: number, tier: Tier = 'measured'): Factor => ({ value, low: value, high: value, tier })
const quantity = (value: number, low: number, high: number, tier: Tier = 'measured'): Quantity => ({
  value,
  low,
  high,
  unit: 'kWh',
  tier,
  method: 'test',
})

/** Equal up to a few roundings. */
const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
const atMost = (a: number, b: number): boolean => a <= b || near(a, b)

describe('multiplyQuantity', () => {
  it('keeps the value inside its bounds, and the bounds inside the product of all bounds', () => {
    fc.assert(
      fc.property(quantities, fc.array(factors, { maxLength: 4 }), (energy, others) => {
        const result = multiplyQuantity(energy, others, 'gCO2e', 'm')
        const product = (of: (term: Factor) => number) =>
          [energy, ...others].reduce((total, term) => total * of(term), 1)
        expect(
          near(
            result.value,
            product(term => term.value),
          ),
        ).toBe(true)
        expect(atMost(result.low, result.value) && atMost(result.value, result.high)).toBe(true)
        expect(
          atMost(
            product(term => term.low),
            result.low,
          ),
        ).toBe(true)
        expect(
          atMost(
            result.high,
            product(term => term.high),
          ),
        ).toBe(true)
      }),
    )
  })

  it('only scales the bounds when all other terms are exact', () => {
    fc.assert(
      fc.property(quantities, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (energy, scale) => {
        const result = multiplyQuantity(energy, [exact(scale)], 'kWh', 'm')
        expect(near(result.low, energy.low * scale)).toBe(true)
        expect(near(result.high, energy.high * scale)).toBe(true)
      }),
    )
  })

  it('does not depend on the order of the factors', () => {
    fc.assert(
      fc.property(quantities, fc.array(factors, { maxLength: 4 }), (energy, others) => {
        const forward = multiplyQuantity(energy, others, 'g', 'm')
        const backward = multiplyQuantity(energy, others.toReversed(), 'g', 'm')
        expect(near(forward.low, backward.low) && near(forward.high, backward.high)).toBe(true)
      }),
    )
  })

  it('never becomes narrower, relatively, by another factor', () => {
    fc.assert(
      fc.property(quantities, factors, (energy, factor) => {
        const result = multiplyQuantity(energy, [factor], 'g', 'm')
        expect(atMost(energy.high / energy.value, result.high / result.value)).toBe(true)
        expect(atMost(result.low / result.value, energy.low / energy.value)).toBe(true)
      }),
    )
  })

  it('combines two equal factors of error by root two in log space', () => {
    const result = multiplyQuantity(
      quantity(10, 5, 20),
      [{ value: 3, low: 1.5, high: 6, tier: 'measured' }],
      'g',
      'm',
    )
    expect(result.high / result.value).toBeCloseTo(2 ** Math.SQRT2, 12)
    expect(result.value / result.low).toBeCloseTo(2 ** Math.SQRT2, 12)
  })

  it('takes the worst tier of its terms', () => {
    const factor = exact(2, 'assumed')
    expect(multiplyQuantity(quantity(1, 1, 1), [exact(1, 'modelled'), factor], 'g', 'm').tier).toBe('assumed')
    expect(multiplyQuantity(quantity(1, 1, 1), [exact(1, 'modelled')], 'g', 'm').tier).toBe('modelled')
    expect(multiplyQuantity(quantity(1, 1, 1), [], 'g', 'm').tier).toBe('measured')
  })

  it('keeps the room above a value of zero', () => {
    expect(
      multiplyQuantity(quantity(0, 0, 2), [{ value: 3, low: 2, high: 4, tier: 'measured' }], 'g', 'm'),
    ).toMatchObject({
      value: 0,
      low: 0,
      high: 8,
    })
    expect(multiplyQuantity(quantity(5, 4, 6), [exact(0)], 'g', 'm')).toMatchObject({
      value: 0,
      low: 0,
      high: 0,
    })
  })

  it('has a lower bound of zero where a term has one', () => {
    const result = multiplyQuantity(quantity(5, 0, 6), [exact(2)], 'g', 'm')
    expect(result).toMatchObject({ value: 10, low: 0 })
    expect(result.high).toBeCloseTo(12, 12)
  })
})

describe('sumQuantities', () => {
  it('adds values and keeps the bounds between no error and all errors at once', () => {
    fc.assert(
      fc.property(fc.array(quantities, { minLength: 1, maxLength: 6 }), parts => {
        const result = sumQuantities(parts, 'm')!
        const total = (of: (part: Quantity) => number) => parts.reduce((sum, part) => sum + of(part), 0)
        expect(
          near(
            result.value,
            total(part => part.value),
          ),
        ).toBe(true)
        expect(
          atMost(
            total(part => part.low),
            result.low,
          ) && atMost(result.low, result.value),
        ).toBe(true)
        expect(
          atMost(result.value, result.high) &&
            atMost(
              result.high,
              total(part => part.high),
            ),
        ).toBe(true)
      }),
    )
  })

  it('combines half-widths by root-sum-square', () => {
    const result = sumQuantities([quantity(10, 7, 13), quantity(10, 6, 14)], 'both')
    expect(result).toMatchObject({ value: 20, low: 15, high: 25, method: 'both' })
  })

  it('is unknown for nothing, and the part itself for one part', () => {
    expect(sumQuantities([], 'm')).toBeUndefined()
    const only = quantity(1, 0, 2)
    expect(sumQuantities([only], 'm')).toBe(only)
  })
})

describe('addCorrelated', () => {
  it('is never narrower than the sum of independent parts', () => {
    fc.assert(
      fc.property(fc.array(quantities, { minLength: 1, maxLength: 6 }), parts => {
        const correlated = addCorrelated(parts as [Quantity, ...Quantity[]], 'm')
        const independent = sumQuantities(parts, 'm')!
        expect(near(correlated.value, independent.value)).toBe(true)
        expect(atMost(correlated.low, independent.low) && atMost(independent.high, correlated.high)).toBe(
          true,
        )
      }),
    )
  })

  it('gives back a quantity that was cut into pieces', () => {
    fc.assert(
      fc.property(quantities, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (whole, share) => {
        const piece = (part: number): Quantity => ({
          ...whole,
          value: whole.value * part,
          low: whole.low * part,
          high: whole.high * part,
        })
        const result = addCorrelated([piece(share), piece(1 - share)], 'm')
        expect(near(result.low, whole.low) && near(result.high, whole.high)).toBe(true)
      }),
    )
  })
})

describe('tierOfSum', () => {
  const part = (value: number, tier: Tier) => ({ value, tier })

  it.each([
    ['a measured whole with 4 % assumed', [part(96, 'measured'), part(4, 'assumed')], 'measured'],
    ['a measured whole with 6 % assumed', [part(94, 'measured'), part(6, 'assumed')], 'assumed'],
    [
      'many small assumed parts',
      [part(60, 'measured'), ...Array.from({ length: 10 }, () => part(4, 'assumed'))],
      'assumed',
    ],
    [
      'small parts of both lower tiers',
      [part(92, 'measured'), part(4, 'modelled'), part(4, 'assumed')],
      'modelled',
    ],
    ['zeros', [part(0, 'measured'), part(0, 'modelled')], 'modelled'],
    ['negative parts by their size', [part(-90, 'measured'), part(10, 'assumed')], 'assumed'],
  ] as const)('names %s', (_what, parts, tier) => {
    expect(tierOfSum(parts)).toBe(tier)
  })

  it('never gets better by a worse part', () => {
    const rank: Record<Tier, number> = { measured: 0, modelled: 1, assumed: 2 }
    fc.assert(
      fc.property(
        fc.array(fc.record({ value: fc.double({ min: 0, max: 100, noNaN: true }), tier: tiers }), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.nat(),
        (parts, index) => {
          const worse = parts.map((entry, i) =>
            i === index % parts.length ? { ...entry, tier: 'assumed' as const } : entry,
          )
          expect(rank[tierOfSum(worse)]).toBeGreaterThanOrEqual(rank[tierOfSum(parts)])
        },
      ),
    )
  })
})
