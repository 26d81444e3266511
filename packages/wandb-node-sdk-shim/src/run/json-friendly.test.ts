import { describe, expect, it } from 'vitest'
import { jsonFriendly, mergeJson } from './json-friendly.js'

describe('what a value becomes', () => {
  it.each([
    ['a typed array', new Float32Array([0.5, 1]), [0.5, 1]],
    ['large integers', new BigInt64Array([2n ** 60n]), [2n ** 60n]],
    [
      'a map',
      new Map<unknown, unknown>([
        ['a', 1],
        [2, 'b'],
      ]),
      { a: 1, 2: 'b' },
    ],
    ['a set', new Set(['a']), ['a']],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['no date', new Date(Number.NaN), null],
    ['a tensor', { arraySync: () => [[1], [2]] }, [[1], [2]]],
    ['something with toJSON', { toJSON: () => ({ a: 1 }) }, { a: 1 }],
    ['a function', function relu() {}, 'relu'],
    ['holes', [1, undefined, null], [1, null, null]],
    ['an undefined field', { a: undefined, b: 1 }, { b: 1 }],
  ])('%s', (_name, value, expected) => {
    expect(jsonFriendly(value)).toEqual(expected)
  })

  it('keeps a key called __proto__ a key', () => {
    const friendly = jsonFriendly(JSON.parse('{"__proto__": {"a": 1}}')) as object
    expect(Object.keys(friendly)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(friendly)).toBe(Object.prototype)
  })

  it('refuses what contains itself', () => {
    const list: unknown[] = []
    list.push(list)
    expect(() => jsonFriendly(list)).toThrow(/levels deep/)
  })

  it('merges objects level by level, and nothing else', () => {
    expect(mergeJson({ a: { x: 1 }, b: [1] }, { a: { y: 2 }, b: [2] })).toEqual({ a: { x: 1, y: 2 }, b: [2] })
    expect(mergeJson(1, { a: 1 })).toEqual({ a: 1 })
  })
})
