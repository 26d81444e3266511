import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equivalents } from './equivalents.js'

const valueFor = (grams: number, id: string) =>
  equivalents(grams).find(equivalent => equivalent.id === id)?.value

describe('equivalents', () => {
  it.each([
    ['car-km', 167.25, 1],
    ['rail-km', 354.6, 10],
    ['smartphone-charges', 12.4, 1],
    ['streaming-hours', 36, 1],
    // 11 kg a year is the older constant; 60 kg over ten years is EPA's and is not meant here.
    ['tree-months', 11_004, 12],
  ])('counts %s', (id, grams, value) => {
    expect(valueFor(grams, id)).toBeCloseTo(value, 9)
  })

  it('names source, year and unit of each, once', () => {
    const list = equivalents(1)
    expect(new Set(list.map(({ id }) => id)).size).toBe(list.length)
    for (const { unit, description, source, year } of list) {
      expect(unit).toMatch(/\w/)
      expect(description).toMatch(/\w{3}/)
      expect(source).toMatch(/[A-Z]/)
      expect(year).toBeGreaterThanOrEqual(2019)
    }
  })

  it('grows with the amount and has none for what is no amount', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), grams => {
        for (const { value, id } of equivalents(grams)) {
          expect(value).toBeGreaterThanOrEqual(0)
          expect(valueFor(2 * grams, id)).toBeCloseTo(2 * value, 5)
        }
      }),
    )
    for (const grams of [Number.NaN, -1, Number.POSITIVE_INFINITY]) expect(equivalents(grams)).toEqual([])
  })
})
