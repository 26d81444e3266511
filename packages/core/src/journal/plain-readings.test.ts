import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseEntry } from './entry-schema.js'
import { isPlainReading } from './plain-readings.js'

/** What the schema makes of a value: one field too many, which it leaves out, and the shortcut is not taken. */
const bySchema = (value: object): unknown => parseEntry({ ...value, notOurs: true })

const count = fc.nat()
const figure = fc.double({ min: -1e18, max: 1e18, noNaN: true })
const amount = fc.double({ min: 0, max: 1e18, noNaN: true })
const raw = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }))
const usage = fc.oneof(
  fc.constant(null),
  fc.tuple(figure, figure, figure),
  fc.tuple(figure, figure, figure, fc.option(figure)),
)
const use = fc.tuple(count, count, count, fc.constantFrom(0, 1, null), amount, amount)
const name = fc.string({ maxLength: 5 }).filter(key => key !== '__proto__')

const tick = fc.record(
  {
    type: fc.constant('tick'),
    t: count,
    r: fc.array(raw, { maxLength: 4 }),
    u: usage,
    m: fc.record({ since: count, raw: fc.dictionary(name, amount, { maxKeys: 3 }) }),
    g: fc.constantFrom(1, 2),
    p: fc.tuple(count, count),
    k: amount,
    b: fc.dictionary(name, fc.double({ min: 0, max: 100, noNaN: true }), { maxKeys: 3 }),
    d: fc.dictionary(name, use, { maxKeys: 3 }),
  },
  { requiredKeys: ['type', 't', 'r', 'u'], noNullPrototype: true },
)
const reading = fc.record(
  { type: fc.constant('reading'), t: count, sensor: fc.string(), raw, error: fc.string() },
  { requiredKeys: ['type', 't', 'sensor', 'raw'], noNullPrototype: true },
)
const ours = fc.oneof(tick, reading)

/** What damage may make of a value, numbers that only JSON knows among them. */
const damaged = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(-1, -0, 0.5, 2 ** 53, 1e19, -1e19, Number.POSITIVE_INFINITY, [], {}, [1, 2], ''),
)

describe('a reading as we write it', () => {
  it('is known without the schema, which says the same', () => {
    fc.assert(
      fc.property(ours, value => {
        const decoded = JSON.parse(JSON.stringify(value)) as object
        expect(isPlainReading(decoded)).toBe(true)
        expect(bySchema(decoded)).toEqual(decoded)
      }),
    )
  })

  it('is nothing that the schema refuses or changes, whatever is damaged', () => {
    const keys = [
      'type',
      't',
      'r',
      'u',
      'm',
      'g',
      'p',
      'k',
      'b',
      'd',
      'sensor',
      'raw',
      'error',
      'w',
      '__proto__',
    ]
    fc.assert(
      fc.property(ours, fc.constantFrom(...keys), damaged, (value, key, other) => {
        const entry = Object.defineProperty({ ...value }, key, { value: other, enumerable: true })
        if (isPlainReading(entry)) expect(bySchema(entry)).toEqual(entry)
      }),
      { numRuns: 1000 },
    )
  })

  it('has all of its parts', () => {
    for (const part of [
      { u: [1, 2] },
      { u: [1, 2, 3, 4, 5] },
      { p: [1] },
      { m: { since: 1 } },
      { m: { since: 1, raw: {}, other: 1 } },
      { d: { 'gpu-0': [1, 0, 0, 2, 0, 0] } },
      { d: [] },
      { b: { 'gpu-0': 101 } },
      { r: undefined },
    ]) {
      expect(isPlainReading({ type: 'tick', t: 0, r: [1], u: null, ...part }), JSON.stringify(part)).toBe(
        false,
      )
    }
    expect(isPlainReading({ type: 'reading', t: 0, sensor: 'a' })).toBe(false)
    expect([null, 1, 'tick', [], undefined].some(isPlainReading)).toBe(false)
  })
})
