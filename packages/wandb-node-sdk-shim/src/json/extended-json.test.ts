import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type JsonValue, parseExtended, stringifyExtended } from './extended-json.js'

const extended = fc.letrec<{ value: JsonValue }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.double().map(number => (Object.is(number, -0) ? 0 : number)),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('NaN', '"NaN"', '\\"Infinity', '-Infinity'),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value')) as fc.Arbitrary<JsonValue>,
  ),
})).value

describe('extended JSON', () => {
  it('writes the three words that JSON lacks bare', () => {
    const value = { a: Number.NaN, b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], c: 'NaN' }
    expect(stringifyExtended(value)).toBe('{"a":NaN,"b":[Infinity,-Infinity],"c":"NaN"}')
  })

  it('keeps an integer an integer, and a large one exact', () => {
    expect(stringifyExtended({ step: 3, big: 9_007_199_254_740_993n })).toBe(
      '{"step":3,"big":9007199254740993}',
    )
  })

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(extended, value => {
        expect(parseExtended(stringifyExtended(value))).toEqual(value)
      }),
    )
  })

  it('is JSON.stringify where JSON suffices', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(stringifyExtended(value as JsonValue)).toBe(JSON.stringify(value))
      }),
    )
  })

  it('refuses what is no JSON', () => {
    expect(() => parseExtended('{"a":NaNN}')).toThrow(SyntaxError)
    expect(() => parseExtended('Infinite')).toThrow(SyntaxError)
  })
})
