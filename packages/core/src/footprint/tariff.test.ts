import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTariff, parseTariff, priceStretches, type Tariff } from './tariff.js'

const at = (text: string): number => Date.parse(text)
const pricesOf = (tariff: Tariff, from: string, to: string) =>
  priceStretches(tariff, at(from), at(to)).map(({ fromMs, toMs, perKwh }) => [
    new Date(fromMs).toISOString().slice(11, 16),
    new Date(toMs).toISOString().slice(11, 16),
    perKwh,
  ])

describe('parseTariff', () => {
  it.each<[string, Tariff]>([
    ['0.31 EUR', { currency: 'EUR', perKwh: 0.31 }],
    ['0 £', { currency: '£', perKwh: 0 }],
    [
      '0.31 EUR; 22:00-06:00 0.22; Sat-Sun 0.25; Europe/Paris',
      {
        currency: 'EUR',
        perKwh: 0.31,
        periods: [
          { from: '22:00', to: '06:00', perKwh: 0.22 },
          { days: ['Sat', 'Sun'], perKwh: 0.25 },
        ],
        timeZone: 'Europe/Paris',
      },
    ],
    [
      '30 JPY; Fri-Mon 9:00-24:00 20; UTC',
      {
        currency: 'JPY',
        perKwh: 30,
        periods: [{ days: ['Fri', 'Sat', 'Sun', 'Mon'], from: '9:00', to: '24:00', perKwh: 20 }],
        timeZone: 'UTC',
      },
    ],
  ])('reads %j', (text, tariff) => {
    expect(parseTariff(text)).toEqual(tariff)
  })

  it.each([
    '',
    '0.31',
    'EUR',
    'EUR 0.31',
    '-1 EUR',
    'x EUR',
    '0.3 EUR; 25:00-06:00 0.2',
    '0.3 EUR; 22:00 0.2',
    '0.3 EUR; Sut 0.2',
    '0.3 EUR; 22:00-06:00',
    '0.3 EUR; Mars/Olympus',
    '0.3 EUR extra',
    '0.3 EUR; 06:00-06:00 0.2',
  ])('refuses %j', text => {
    expect(parseTariff(text)).toBeUndefined()
  })

  it('agrees with what is accepted as an object', () => {
    expect(isTariff({ currency: 'EUR', perKwh: 0.3, typo: 1 })).toBe(false)
    expect(isTariff({ currency: 'EUR', perKwh: 0.3, periods: [{ perKwh: 0.2, days: [] }] })).toBe(false)
    expect(isTariff(0.3)).toBe(false)
    expect(isTariff({ currency: 'EUR', perKwh: 0.3, periods: [{ perKwh: 0.2, days: ['Mon'] }] })).toBe(true)
  })
})

describe('priceStretches', () => {
  const night = parseTariff('0.30 EUR; 22:00-06:00 0.20; UTC')!

  it('is one stretch for one price', () => {
    expect(pricesOf(parseTariff('0.3 EUR')!, '2026-01-05T00:00Z', '2026-01-07T00:00Z')).toEqual([
      ['00:00', '00:00', 0.3],
    ])
  })

  it('cuts where the price changes, over midnight too', () => {
    expect(pricesOf(night, '2026-01-05T20:30Z', '2026-01-06T07:15Z')).toEqual([
      ['20:30', '22:00', 0.3],
      ['22:00', '06:00', 0.2],
      ['06:00', '07:15', 0.3],
    ])
  })

  it('reads the clock of the place', () => {
    const paris = parseTariff('0.30 EUR; 22:00-06:00 0.20; Europe/Paris')!
    expect(pricesOf(paris, '2026-01-05T20:30Z', '2026-01-05T22:00Z')).toEqual([
      ['20:30', '21:00', 0.3],
      ['21:00', '22:00', 0.2],
    ])
    // Summer time: two hours ahead.
    expect(pricesOf(paris, '2026-07-05T19:30Z', '2026-07-05T20:30Z')).toEqual([
      ['19:30', '20:00', 0.3],
      ['20:00', '20:30', 0.2],
    ])
  })

  it('follows the clock on the night when an hour is skipped', () => {
    const paris = parseTariff('0.30 EUR; 00:00-04:00 0.10; Europe/Paris')!
    // 29 March 2026: 02:00 becomes 03:00; four hours of the clock are three.
    expect(pricesOf(paris, '2026-03-28T22:30Z', '2026-03-29T03:00Z')).toEqual([
      ['22:30', '23:00', 0.3],
      ['23:00', '02:00', 0.1],
      ['02:00', '03:00', 0.3],
    ])
  })

  it('gives a night to the day on which it began', () => {
    const weekend = parseTariff('1 EUR; Sat 22:00-06:00 0.5; UTC')!
    // 10 January 2026 is a Saturday.
    expect(pricesOf(weekend, '2026-01-10T21:00Z', '2026-01-11T23:00Z')).toEqual([
      ['21:00', '22:00', 1],
      ['22:00', '06:00', 0.5],
      ['06:00', '23:00', 1],
    ])
    expect(pricesOf(weekend, '2026-01-09T22:00Z', '2026-01-10T02:00Z')).toEqual([['22:00', '02:00', 1]])
  })

  it('covers every instant once, whatever the tariff', () => {
    const minutes = fc.integer({ min: 0, max: 1439 })
    const time = (value: number): string =>
      `${String(Math.floor(value / 60)).padStart(2, '0')}:${String(value % 60).padStart(2, '0')}`
    fc.assert(
      fc.property(minutes, minutes, fc.integer({ min: 1, max: 4000 }), minutes, (from, to, length, start) => {
        fc.pre(from !== to)
        const tariff = parseTariff(`0.3 EUR; ${time(from)}-${time(to)} 0.2; UTC`)!
        const begin = at('2026-01-05T00:00Z') + start * 60_000 + 1234
        const stretches = priceStretches(tariff, begin, begin + length * 60_000)
        expect(stretches[0]!.fromMs).toBe(begin)
        expect(stretches.at(-1)!.toMs).toBe(begin + length * 60_000)
        for (const [index, stretch] of stretches.entries()) {
          expect(stretch.toMs).toBeGreaterThan(stretch.fromMs)
          if (index > 0) expect(stretch.fromMs).toBe(stretches[index - 1]!.toMs)
          const middle = new Date((stretch.fromMs + stretch.toMs) / 2)
          const now = middle.getUTCHours() * 60 + middle.getUTCMinutes()
          const inside = from < to ? from <= now && now < to : now >= from || now < to
          expect(stretch.perKwh === 0.2).toBe(inside)
        }
      }),
    )
  })
})
