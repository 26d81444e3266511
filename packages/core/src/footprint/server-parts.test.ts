import { describe, expect, it } from 'vitest'
import type { MachineFacts } from '../sensors/sensor.js'
import { embodiedCarbon, machineParts } from './embodied.js'
import { cpuMaking, enclosureMaking, memoryMaking, storageMaking } from './server-parts.js'

const SERVER: MachineFacts = {
  cpuModel: 'AMD EPYC 7763 64-Core Processor',
  threads: 256,
  sockets: 2,
  memoryBytes: 1024e9,
  virtual: false,
  energyFiltering: false,
}
const LIFETIME_SECONDS = 4 * 8760 * 3600
const byParts = (change: object = {}, machine: Partial<MachineFacts> = {}) =>
  machineParts({
    durationSeconds: LIFETIME_SECONDS,
    machine: { ...SERVER, ...machine },
    byParts: true,
    ...change,
  })

describe('the making of parts', () => {
  it('gives the worked figures: a 32 GB module 61.5 kg, 1 TB of it 1970 kg, 1 TB of storage 52.8 kg', () => {
    expect(memoryMaking(32).kilograms).toBeCloseTo(61.5, 1)
    expect(memoryMaking(1024).kilograms).toBeCloseTo(1969, 0)
    expect(storageMaking(1024).kilograms).toBeCloseTo(52.8, 1)
    expect(enclosureMaking().kilograms).toBeCloseTo(66.1 + 2 * 72.7 + 150 + 6.68, 0)
    expect(cpuMaking(1, 24).kilograms).toBeCloseTo(9.14 + 1.97 * 6, 6)
  })

  it('is a sum of CPU, memory, storage and enclosure, each with lifetime and shares', () => {
    const parts = byParts({ storageGb: 1024 })
    expect(parts.map(({ name }) => name)).toEqual(['cpu', 'memory', 'storage', 'enclosure'])
    for (const part of parts)
      expect(part).toMatchObject({ lifetime_h: 35_040, time_share: 1, resource_share: 1 })
    const sum = parts.reduce((total, { carbon_g }) => total + carbon_g.value, 0)
    const whole = { durationSeconds: LIFETIME_SECONDS, machine: SERVER, byParts: true, storageGb: 1024 }
    expect(embodiedCarbon(whole).value).toBeCloseTo(sum, 3)
    // Memory outweighs the rest of such a server.
    expect(parts[1]!.carbon_g.value).toBeGreaterThan(sum / 2)
  })

  it('leaves out storage that nobody stated', () => {
    expect(byParts().map(({ name }) => name)).toEqual(['cpu', 'memory', 'enclosure'])
  })

  it('gives a guest its memory whole, and the rest by threads', () => {
    const parts = byParts({}, { virtual: true, threads: 16, memoryBytes: 64e9 })
    expect(parts.map(({ name, resource_share }) => [name, resource_share])).toEqual([
      ['cpu', 16 / 128],
      ['memory', 1],
      ['enclosure', 16 / 128],
    ])
  })

  it('stays within the bounds of whole servers that makers declare', () => {
    const sum = byParts({ storageGb: 2000 }).reduce((total, { carbon_g }) => total + carbon_g.value, 0)
    expect(sum / 1000).toBeGreaterThan(558)
    expect(sum / 1000).toBeLessThan(7152)
  })

  it('takes a figure and a lifetime that its user knows', () => {
    const [part, ...others] = byParts({ machineKg: 1000, lifetimeYears: 5 })
    expect(others).toEqual([])
    expect(part).toMatchObject({ name: 'server', whole_kg: 1000, lifetime_h: 43_800 })
    expect(part!.carbon_g.value).toBeCloseTo(1_000_000 * (4 / 5), 3)
    // Nothing is guessed any more.
    expect(part!.carbon_g.high).toBeCloseTo(part!.carbon_g.low, 6)
  })

  it('is the whole device for a laptop, by parts or not', () => {
    const laptop = { cpuModel: 'Intel(R) Core(TM) i7-8650U CPU @ 1.90GHz' }
    expect(byParts({}, laptop).map(({ name }) => name)).toEqual(['laptop'])
  })
})
