import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MachineFacts } from '../sensors/sensor.js'
import { embodiedCarbon } from './embodied.js'

const facts = (cpuModel: string, change: Partial<MachineFacts> = {}): MachineFacts => ({
  cpuModel,
  threads: 8,
  sockets: 1,
  memoryBytes: 16e9,
  virtual: false,
  energyFiltering: false,
  ...change,
})
const LAPTOP = facts('Intel(R) Core(TM) i7-8650U CPU @ 1.90GHz')
const SERVER = facts('AMD EPYC 7763 64-Core Processor', { threads: 256, sockets: 2 })
const GUEST = facts('AMD EPYC', { threads: 2, virtual: true })
const LIFETIME_SECONDS = 4 * 8760 * 3600

describe('embodiedCarbon', () => {
  it('gives the whole footprint to a run as long as the machine lives', () => {
    expect(embodiedCarbon({ durationSeconds: LIFETIME_SECONDS, machine: LAPTOP }).value).toBeCloseTo(
      241_000,
      6,
    )
    expect(embodiedCarbon({ durationSeconds: LIFETIME_SECONDS, machine: SERVER }).value).toBeCloseTo(
      2_500_000,
      5,
    )
  })

  it('gives a server-hour what the worked example of the SCI specification gives, per kilogram', () => {
    // 1000 kg over 4 years = 28.5 g an hour.
    expect(embodiedCarbon({ durationSeconds: 3600, machine: SERVER }).value / 2.5).toBeCloseTo(28.5, 1)
  })

  it('gives a guest its share of an assumed host, with the bounds of small and large hosts', () => {
    const guest = embodiedCarbon({ durationSeconds: 3600, machine: GUEST })
    const host = embodiedCarbon({ durationSeconds: 3600, machine: SERVER })
    expect(guest.value / host.value).toBeCloseTo(2 / 128, 9)
    expect(guest.high / guest.value).toBeGreaterThan(host.high / host.value)
    expect(guest.value / guest.low).toBeGreaterThan(host.value / host.low)
    expect(guest.method).toContain('2 of 128 host threads (assumed')
    expect(embodiedCarbon({ durationSeconds: 3600, machine: { ...GUEST, threads: 512 } }).value).toBeCloseTo(
      host.value,
      9,
    )
  })

  it('explains itself', () => {
    const { method } = embodiedCarbon({ durationSeconds: 7200, machine: LAPTOP, share: 0.25 })
    expect(method).toContain('laptop, 241 kgCO2e (135 to 387')
    expect(method).toContain('its CPU is a laptop model')
    expect(method).toContain('2 h of 35040 h')
    expect(method).toContain('share 0.25')
  })

  it('takes the kind that it is told', () => {
    const desktop = embodiedCarbon({ durationSeconds: LIFETIME_SECONDS, machine: LAPTOP, kind: 'desktop' })
    expect(desktop.value).toBeCloseTo(301_000, 6)
    expect(desktop.method).toContain('as stated')
  })

  it('takes a desktop CPU at a named provider for a server', () => {
    const machine = facts('AMD Ryzen 7 5800X 8-Core Processor')
    const location = { provider: 'hetzner', how: 'option' }
    expect(embodiedCarbon({ durationSeconds: LIFETIME_SECONDS, machine, location }).value).toBeCloseTo(
      2_500_000,
      5,
    )
    expect(embodiedCarbon({ durationSeconds: LIFETIME_SECONDS, machine }).value).toBeCloseTo(301_000, 6)
  })

  it('is assumed, within wide bounds, and proportional to time and share', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(LAPTOP, SERVER, GUEST),
        fc.double({ min: 1e-3, max: 1e8, noNaN: true }),
        fc.double({ min: 1e-3, max: 1, noNaN: true }),
        (machine, durationSeconds, share) => {
          const whole = embodiedCarbon({ durationSeconds, machine })
          const part = embodiedCarbon({ durationSeconds, machine, share })
          expect(whole.tier).toBe('assumed')
          expect(whole.unit).toBe('gCO2e')
          expect(whole.low < whole.value && whole.value < whole.high).toBe(true)
          expect(whole.high / whole.low).toBeGreaterThan(2.5)
          expect(part.value / whole.value).toBeCloseTo(share, 9)
          expect(part.high / whole.high).toBeCloseTo(share, 9)
          const twice = embodiedCarbon({ durationSeconds: 2 * durationSeconds, machine })
          expect(twice.value / whole.value).toBeCloseTo(2, 9)
        },
      ),
    )
  })

  it('is zero for no time', () => {
    expect(embodiedCarbon({ durationSeconds: 0, machine: LAPTOP })).toMatchObject({
      value: 0,
      low: 0,
      high: 0,
    })
  })
})
