import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alignDecimals, TERMINAL_BLANK } from './align.js'
import { equivalentAmount, equivalentSource } from './equivalent.js'
import { formatFactor, formatMetric, formatPower, formatShare, formatSignificant } from './number.js'
import { formatDuration, formatInstant } from './time.js'

describe('numbers', () => {
  it('keeps the digits asked for and writes very large and very small numbers with an exponent', () => {
    expect(formatSignificant(0.00123456, 3)).toBe('0.00123')
    expect(formatSignificant(472.94, 2)).toBe('470')
    expect(formatSignificant(-0.5, 2)).toBe('-0.50')
    expect(formatSignificant(0.0000123456, 3)).toBe('1.23e-5')
    expect(formatSignificant(1.5e9, 3)).toBe('1.50e9')
    expect(formatSignificant(Number.NaN, 3)).toBe('not a number')
  })

  it('stays within half a unit of the last digit', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-12, max: 1e12, noNaN: true }),
        fc.integer({ min: 2, max: 6 }),
        (value, digits) => {
          const shown = Number(formatSignificant(value, digits))
          expect(Math.abs(shown - value) / value).toBeLessThanOrEqual(0.5 * 10 ** (1 - digits) + 1e-12)
        },
      ),
    )
  })

  it('shows whole metrics whole', () => {
    expect(formatMetric(42)).toBe('42')
    expect(formatMetric(0)).toBe('0')
    expect(formatMetric(0.123456)).toBe('0.1235')
  })

  it('does not round a share to all or nothing', () => {
    expect(formatShare(1)).toBe('100 %')
    expect(formatShare(0)).toBe('0 %')
    expect(formatShare(0.9999)).toBe('> 99 %')
    expect(formatShare(0.0001)).toBe('< 1 %')
    expect(formatShare(0.942)).toBe('94 %')
  })

  it('gives powers and factors three digits', () => {
    expect(formatPower(31.44)).toBe('31.4 W')
    expect(formatPower(0.0123)).toBe('12.3 mW')
    expect(formatPower(5400)).toBe('5.40 kW')
    expect(formatFactor(1.58)).toBe('1.58')
    expect(formatFactor(472.94)).toBe('473')
    expect(formatFactor(1)).toBe('1')
  })
})

describe('times', () => {
  it.each([
    [0, '0 ms'],
    [0.0123, '12 ms'],
    [0.34, '340 ms'],
    [0.9997, '1.00 s'],
    [12.34, '12.3 s'],
    [59.97, '1 min 0 s'],
    [134, '2 min 14 s'],
    [3599.6, '1 h 0 min'],
    [11_520, '3 h 12 min'],
    [183_600, '2 d 3 h'],
    [Number.NaN, 'unknown'],
  ])('shows %d s as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })

  it('never shows 60 seconds, 60 minutes or 24 hours', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), seconds => {
        expect(formatDuration(seconds)).not.toMatch(/\b60(\.0)? (s|min)\b|\b24 h\b/)
      }),
    )
  })

  it('shows instants in UTC and leaves what is none alone', () => {
    expect(formatInstant('2026-03-02T15:05:09.120+01:00')).toBe('2026-03-02 14:05:09 UTC')
    expect(formatInstant('yesterday')).toBe('yesterday')
  })
})

describe('alignDecimals', () => {
  it('lines up decimal points below each other', () => {
    const aligned = alignDecimals(['40.3', '223', '0.47', 'unknown', ''], TERMINAL_BLANK)
    expect(aligned).toEqual(['40.3 ', '223   ', '0.47', 'unknown', ''])
  })

  it('adds nothing to whole numbers', () => {
    expect(alignDecimals(['1', '22'], TERMINAL_BLANK)).toEqual(['1', '22'])
  })
})

describe('equivalents', () => {
  const equivalent = { id: 'x', description: 'd', source: 's', year: 2025 }

  it('goes down to a unit in which the amount is at least 1', () => {
    expect(equivalentAmount({ ...equivalent, value: 0.0615, unit: 'km' })).toBe('62 m')
    expect(equivalentAmount({ ...equivalent, value: 0.00032, unit: 'h' })).toBe('1.2 s')
    expect(equivalentAmount({ ...equivalent, value: 0.25, unit: 'charges' })).toBe('0.25 charges')
  })

  it('names the year once', () => {
    expect(equivalentSource({ ...equivalent, value: 1, unit: 'km', source: 'Factors 2025' })).toBe(
      'Factors 2025',
    )
    expect(equivalentSource({ ...equivalent, value: 1, unit: 'km', source: 'EPA' })).toBe('EPA, 2025')
  })
})
