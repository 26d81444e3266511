import type { Quantity, Tier } from '@epochwatt/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { figureText, formatCarbon, formatEnergy, formatQuantity, intervalText } from './figure.js'

const quantity = (value: number, low: number, high: number, tier: Tier = 'measured'): Quantity => ({
  value,
  low,
  high,
  tier,
  unit: 'kWh',
  method: 'test',
})

const ONE = { unit: 'u', factor: 1 }

const anyQuantity = fc
  .record({
    value: fc.double({ min: 1e-9, max: 1e5, noNaN: true }),
    below: fc.double({ min: 0, max: 0.95, noNaN: true }),
    above: fc.double({ min: 0, max: 4, noNaN: true }),
    tier: fc.constantFrom<Tier>('measured', 'modelled', 'assumed'),
  })
  .map(({ value, below, above, tier }) => quantity(value, value * (1 - below), value * (1 + above), tier))

/** Digits of a written number, leading zeros and trailing place-holders of whole numbers not counted. */
const significantDigits = (text: string): number => {
  const digits = text.replace('.', '').replace(/^0+/, '')
  return text.includes('.') ? digits.length : digits.replace(/0+$/, '').length
}

describe('formatQuantity', () => {
  it('ends the value where its interval begins', () => {
    expect(formatQuantity(quantity(12.3456, 11.7, 12.96), ONE)).toMatchObject({
      value: '12.3',
      low: '11.7',
      high: '13.0',
    })
    expect(formatQuantity(quantity(12.3456, 7.4, 19.1, 'modelled'), ONE)).toMatchObject({
      value: '12',
      low: '7.4',
      high: '19',
    })
  })

  it('keeps one digit more when the uncertainty starts with 1 or 2', () => {
    expect(formatQuantity(quantity(12.3456, 11.1, 13.5, 'modelled'), ONE).value).toBe('12.3')
    expect(formatQuantity(quantity(12.3456, 8, 16, 'modelled'), ONE).value).toBe('12')
  })

  it('shows a lower bound that is small but not zero as such', () => {
    expect(formatQuantity(quantity(3.1, 0.04, 7.8, 'assumed'), ONE)).toMatchObject({
      value: '3.1',
      low: '0.040',
    })
  })

  it('shows zero as zero and nothing else as zero', () => {
    expect(formatQuantity(quantity(0, 0, 0), ONE)).toMatchObject({ value: '0', low: '0', high: '0' })
    expect(formatQuantity(quantity(0, 0, 0.3, 'assumed'), ONE)).toMatchObject({ value: '0', high: '0.30' })
    fc.assert(
      fc.property(anyQuantity, q => {
        expect(Number(formatQuantity(q, ONE).value)).toBeGreaterThan(0)
      }),
    )
  })

  it('is within its interval and never out of order', () => {
    fc.assert(
      fc.property(anyQuantity, q => {
        const { value, low, high } = formatQuantity(q, ONE)
        expect(Number(low)).toBeLessThanOrEqual(Number(value))
        expect(Number(value)).toBeLessThanOrEqual(Number(high))
      }),
    )
  })

  it('is off by no more than half a unit of its last digit, nor by more than the interval', () => {
    fc.assert(
      fc.property(anyQuantity, q => {
        const shown = Number(formatQuantity(q, ONE).value)
        expect(Math.abs(shown - q.value) / q.value).toBeLessThan(0.051)
        const half = Math.max(q.high - q.value, q.value - q.low)
        const digits = { measured: 4, modelled: 3, assumed: 2 }[q.tier]
        const finest = 0.5 * 10 ** (Math.floor(Math.log10(q.value)) - digits + 1)
        expect(Math.abs(shown - q.value)).toBeLessThanOrEqual(Math.max(half, finest) * 1.0001)
      }),
    )
  })

  it('never shows more digits than the tier deserves', () => {
    fc.assert(
      fc.property(anyQuantity, q => {
        const most = { measured: 4, modelled: 3, assumed: 2 }[q.tier]
        // Rounding 9.99 up to 10.0 adds a digit that was not asked for.
        expect(significantDigits(formatQuantity(q, ONE).value)).toBeLessThanOrEqual(most + 1)
      }),
    )
  })
})

describe('units', () => {
  it('chooses the unit that keeps the number between 1 and 1000', () => {
    expect(figureText(formatEnergy(quantity(2.5e-7, 2.4e-7, 2.6e-7)))).toBe('250 µWh')
    expect(figureText(formatEnergy(quantity(2.5e-6, 2.4e-6, 2.6e-6)))).toBe('2.50 mWh')
    expect(figureText(formatEnergy(quantity(0.0123, 0.0117, 0.0129)))).toBe('12.3 Wh')
    expect(figureText(formatEnergy(quantity(3.4, 3.2, 3.6)))).toBe('3.40 kWh')
    expect(figureText(formatEnergy(quantity(4321, 4100, 4500)))).toBe('4.32 MWh')
    expect(figureText(formatCarbon(quantity(0.0005, 0.0004, 0.0006)))).toBe('500 µgCO₂e')
    expect(figureText(formatCarbon(quantity(1530, 1400, 1700)))).toBe('1.53 kgCO₂e')
  })

  it('does not leave 1000 of one unit where 1 of the next is meant', () => {
    expect(figureText(formatEnergy(quantity(0.99996, 0.95, 1.05)))).toBe('1.00 kWh')
  })

  it('uses a small unit for a zero with room above it', () => {
    expect(formatEnergy(quantity(0, 0, 2e-6, 'assumed'))).toMatchObject({
      value: '0',
      high: '2.0',
      unit: 'mWh',
    })
  })

  it('shows no interval where there is none', () => {
    expect(intervalText(formatEnergy(quantity(1, 1, 1)))).toBeUndefined()
    expect(intervalText(formatEnergy(quantity(1, 0.9, 1.1)))).toBe('0.90 – 1.10')
  })
})
