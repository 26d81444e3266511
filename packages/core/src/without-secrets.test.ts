import { describe, expect, it } from 'vitest'
import { openJson, withoutSecrets } from './without-secrets.js'

describe('a text for people', () => {
  it.each([
    ['http://ada:pw@example.com/a', 'http://***@example.com/a'],
    ['see postgresql://ada:p@w/x@db:5432/m.', 'see postgresql://***@db:5432/m.'],
    ['ada:pw@example.com', '***@example.com'],
    ['"https://a/b?key=1&x=2" and more', '"https://a/b?***" and more'],
    ['//token@host', '//***@host'],
    // Nothing secret: an address, a question, a mail, a package.
    ['http://127.0.0.1:5000/path#part', 'http://127.0.0.1:5000/path#part'],
    ['What is it? a = b', 'What is it? a = b'],
    ['ada@example.com', 'ada@example.com'],
    ['npm install @epochwatt/core', 'npm install @epochwatt/core'],
    ['2026-01-05T10:00:00Z at 50 %', '2026-01-05T10:00:00Z at 50 %'],
  ])('%s', (text, shown) => {
    expect(withoutSecrets(text)).toBe(shown)
  })

  it('takes its time by its length, whatever it says', () => {
    for (const hostile of ['?', ':', '//', 'a:', '@', '?a=']) {
      const text = hostile.repeat(100_000)
      expect(withoutSecrets(text).length).toBeLessThanOrEqual(text.length + 3)
    }
  })
})

it('an object is shown without what its keys say to be secret', () => {
  const meter = {
    type: 'tasmota',
    url: 'http://a:b@c',
    password: 'p',
    headers: { x: 'y' },
    n: 1,
    tokenFrom: null,
  }
  expect(JSON.parse(openJson(meter)!)).toEqual({
    type: 'tasmota',
    url: 'http://***@c',
    password: '***',
    headers: '***',
    n: 1,
    tokenFrom: null,
  })
  expect(openJson(undefined)).toBeUndefined()
})

it('what JSON cannot say is said to be so', () => {
  const round: Record<string, unknown> = {}
  round.itself = round
  let deep: unknown = 1
  for (let depth = 0; depth < 100_000; depth++) deep = [deep]
  for (const value of [round, deep, { n: 1n }]) expect(openJson(value)).toContain('cannot be written as JSON')
})
