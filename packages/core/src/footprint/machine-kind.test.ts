import { describe, expect, it } from 'vitest'
import { listedCpus } from '../data/cpu-power.js'
import type { MachineFacts } from '../sensors/sensor.js'
import { guessMachineKind } from './machine-kind.js'

const machine = (cpuModel: string, facts: Partial<MachineFacts> = {}): MachineFacts => ({
  cpuModel,
  threads: 8,
  sockets: 1,
  memoryBytes: 16e9,
  virtual: false,
  energyFiltering: false,
  ...facts,
})

describe('guessMachineKind', () => {
  it.each([
    ['laptop', 'Intel(R) Core(TM) i7-8650U CPU @ 1.90GHz'],
    ['laptop', '11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz'],
    ['laptop', '13th Gen Intel(R) Core(TM) i7-1360P'],
    ['laptop', 'Intel(R) Core(TM) Ultra 7 155H'],
    ['laptop', 'Intel(R) Core(TM) Ultra 7 258V'],
    ['laptop', 'Intel(R) Core(TM) m3-7Y30 CPU @ 1.00GHz'],
    ['laptop', 'Intel(R) Core(TM) i5-7Y57 CPU @ 1.20GHz'],
    ['laptop', 'AMD Ryzen 7 PRO 4750U with Radeon Graphics'],
    ['laptop', 'AMD Ryzen 9 7945HX3D with Radeon Graphics'],
    ['laptop', 'AMD Ryzen AI 9 HX 370 w/ Radeon 890M'],
    ['laptop', 'Apple M1 Pro'],
    ['desktop', '12th Gen Intel(R) Core(TM) i9-12900K'],
    ['desktop', 'Intel(R) Core(TM) i5-10400F CPU @ 2.90GHz'],
    ['desktop', 'Intel(R) Core(TM) i9-7900X CPU @ 3.30GHz'],
    ['desktop', 'Intel(R) Xeon(R) W-2145 CPU @ 3.70GHz'],
    ['desktop', 'AMD Ryzen 7 5800X 8-Core Processor'],
    ['desktop', 'AMD Ryzen 5 5600G with Radeon Graphics'],
    ['desktop', 'AMD Ryzen Threadripper PRO 3995WX 64-Cores'],
    ['server', 'Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz'],
    ['server', 'Intel(R) Xeon(R) CPU @ 2.20GHz'],
    ['server', 'AMD EPYC 7763 64-Core Processor'],
    ['server', 'AMD EPYC'],
    ['server', 'Arm Neoverse-N1'],
    ['server', 'Ampere AmpereOne'],
  ])('takes for a %s: %s', (kind, cpuModel) => {
    expect(guessMachineKind(machine(cpuModel))).toMatchObject({ kind, isFounded: true })
  })

  it('takes a laptop CPU under a hypervisor for a laptop, as in WSL', () => {
    expect(
      guessMachineKind(machine('Intel(R) Core(TM) i7-8650U CPU @ 1.90GHz', { virtual: true })).kind,
    ).toBe('laptop')
  })

  it('takes an unnamed guest, and a machine of two sockets, for a server', () => {
    expect(guessMachineKind(machine('QEMU Virtual CPU version 2.5+', { virtual: true })).kind).toBe('server')
    expect(guessMachineKind(machine('Intel Core Processor (Haswell, no TSX)', { virtual: true })).kind).toBe(
      'server',
    )
    expect(guessMachineKind(machine('Loongson-3A5000', { sockets: 2 })).kind).toBe('server')
  })

  it('believes a named cloud before the CPU', () => {
    const guess = guessMachineKind(machine('AMD Ryzen 7 5800X 8-Core Processor'), {
      provider: 'hetzner',
      how: 'option',
    })
    expect(guess).toMatchObject({ kind: 'server', reason: 'it runs at hetzner' })
  })

  it('admits that it knows nothing', () => {
    expect(guessMachineKind(machine('Loongson-3A5000'))).toMatchObject({ kind: 'desktop', isFounded: false })
  })

  it('has an opinion on nearly every CPU of the table', () => {
    const without = listedCpus().filter(({ model }) => !guessMachineKind(machine(model)).isFounded)
    expect(without.length / listedCpus().length).toBeLessThan(0.06)
  })
})
