import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import {
  createSyntheticMachine,
  type SyntheticMachine,
  type SyntheticMachineOptions,
} from './synthetic-machine.js'
import { withoutPrivileges } from './without-privileges.js'
import { amdMirroredZones, intelLaptopZones, intelServerZones } from './zone-options.js'

const machines: SyntheticMachine[] = []
const create = (options: SyntheticMachineOptions): SyntheticMachine => {
  const machine = createSyntheticMachine(options)
  machines.push(machine)
  return machine
}
afterEach(() => {
  for (const machine of machines.splice(0)) machine.dispose()
})

const zonePath = (machine: SyntheticMachine, address: string, file: string): string =>
  join(machine.sysfsRoot, 'class/powercap', address, file)
const energyOf = (machine: SyntheticMachine, address = 'intel-rapl:0'): number =>
  Number(readFileSync(zonePath(machine, address, 'energy_uj'), 'utf8'))

const RANGE = { 14: 262_143_328_850, 16: 65_532_610_987 } as const
/** The kernel's units are this much smaller than the hardware's. */
const UNIT_ERROR = { 14: 3e-6, 16: 52e-6 } as const

describe('a synthetic counter', () => {
  it('shows power × time', () => {
    const machine = create({ zones: [{ name: 'package-0', watts: 100, startTicks: 0 }] })
    machine.advance(10)
    expect(machine.truthJoules('package-0', 0, 10)).toBe(1000)
    // 1000 J less the kernel's 2.6 ppm and less than one tick of 61 µJ.
    expect(energyOf(machine)).toBe(Math.floor((Math.floor(1000 * 2 ** 14) * 61035) / 1000))
  })

  it('wraps below its range and starts again from 0', () => {
    const machine = create({ zones: [{ name: 'package-0', watts: 1000, startTicks: 2 ** 32 - 1 }] })
    expect(energyOf(machine)).toBe(RANGE[14])
    machine.advance(0.001)
    expect(energyOf(machine)).toBeLessThan(1e6)
  })

  it('is met exactly by whoever puts the wraps back, at any rate of reading, and meets the truth but for rounding', () => {
    const trace = fc.array(
      fc.record({
        watts: fc.double({ min: 0, max: 2000, noNaN: true }),
        seconds: fc.double({ min: 0.001, max: 30, noNaN: true }),
      }),
      { minLength: 1, maxLength: 30 },
    )
    fc.assert(
      fc.property(
        trace,
        fc.constantFrom(14 as const, 16 as const),
        fc.nat(2 ** 32 - 1),
        (steps, unitExponent, startTicks) => {
          const machine = createSyntheticMachine({ zones: [{ name: 'package-0', unitExponent, startTicks }] })
          let before = energyOf(machine)
          let sum = 0
          let wraps = 0
          for (const { watts, seconds } of steps) {
            machine.setPower('package-0', watts)
            machine.advance(seconds)
            const now = energyOf(machine)
            const step = now < before ? now + RANGE[unitExponent] - before : now - before
            if (now < before) wraps++
            sum += step
            before = now
          }
          const { now } = machine
          const visible = machine.visibleMicrojoules('package-0', 0, now)
          const truth = machine.truthJoules('package-0', 0, now) * 1e6
          machine.dispose()
          expect(sum).toBe(visible)
          expect(Math.abs(truth - sum)).toBeLessThanOrEqual(
            truth * UNIT_ERROR[unitExponent] + 62 * (wraps + 1),
          )
        },
      ),
      { numRuns: 200 },
    )
  })

  it('starts where its seed says, and at the same place for the same seed', () => {
    const zones = intelServerZones(2)
    const [one, same, other] = [
      create({ zones, seed: 7 }),
      create({ zones, seed: 7 }),
      create({ zones, seed: 8 }),
    ]
    expect(energyOf(one)).toBe(energyOf(same))
    expect(energyOf(one)).not.toBe(energyOf(other))
    expect(energyOf(one)).not.toBe(energyOf(one, 'intel-rapl:1'))
  })

  it('starts again from 0 after a reset, and says that what was before cannot be seen', () => {
    const machine = create({ zones: [{ name: 'package-0', watts: 50 }] })
    machine.advance(10)
    machine.resetCounter('package-0')
    expect(energyOf(machine)).toBe(0)
    machine.advance(10)
    expect(machine.visibleMicrojoules('package-0', 0, 20)).toBeUndefined()
    expect(machine.visibleMicrojoules('package-0', 10, 20)).toBe(energyOf(machine))
    expect(machine.truthJoules('package-0', 0, 20)).toBe(1000)
  })

  it('shows in a descriptor that was opened before it changed', () => {
    const machine = create({ zones: [{ name: 'package-0', watts: 50 }] })
    const descriptor = openSync(zonePath(machine, 'intel-rapl:0', 'energy_uj'), 'r')
    const buffer = Buffer.alloc(32)
    const read = (): number => Number(buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, 32, 0)))
    machine.advance(1)
    expect(read()).toBe(energyOf(machine))
    machine.removeZone('package-0')
    expect(readSync(descriptor, buffer, 0, 32, 0)).toBe(0)
    closeSync(descriptor)
  })
})

describe('synthetic zones', () => {
  it('lie where Linux puts them', () => {
    const machine = create({ zones: intelLaptopZones() })
    const names = [
      'intel-rapl:0',
      'intel-rapl:0:0',
      'intel-rapl:0:1',
      'intel-rapl:1',
      'intel-rapl-mmio:0',
    ].map(address => readFileSync(zonePath(machine, address, 'name'), 'utf8').trim())
    expect(names).toEqual(['package-0', 'core', 'uncore', 'psys', 'package-0'])
    const devices = join(machine.sysfsRoot, 'devices/virtual/powercap')
    expect(existsSync(join(devices, 'intel-rapl/intel-rapl:0/intel-rapl:0:1/energy_uj'))).toBe(true)
    expect(existsSync(join(devices, 'intel-rapl-mmio/intel-rapl-mmio:0/energy_uj'))).toBe(true)
  })

  it('that mirror another always show the same', () => {
    const machine = create({ zones: amdMirroredZones(2) })
    machine.advance(12.345)
    expect(energyOf(machine, 'intel-rapl:1')).toBe(energyOf(machine, 'intel-rapl:0'))
    machine.resetCounter('package-0-die-0')
    expect(energyOf(machine, 'intel-rapl:1')).toBe(0)
  })

  it('go and come back with their counter going on meanwhile', () => {
    const machine = create({ zones: intelServerZones(1) })
    const before = energyOf(machine)
    machine.removeZone('package-0')
    expect(existsSync(zonePath(machine, 'intel-rapl:0', 'name'))).toBe(false)
    expect(existsSync(zonePath(machine, 'intel-rapl:0:0', 'name'))).toBe(false)
    machine.advance(1)
    machine.restoreZone('package-0')
    expect(energyOf(machine) - before).toBe(machine.visibleMicrojoules('package-0', 0, 1))
  })

  it('that are locked cannot be read without privileges', () => {
    const machine = create({ zones: intelServerZones(1) })
    machine.breakFile('package-0', 'locked')
    expect(() => withoutPrivileges(() => energyOf(machine))).toThrow(
      expect.objectContaining({ code: 'EACCES' }),
    )
    machine.repairFile('package-0')
    expect(withoutPrivileges(() => energyOf(machine))).toBeGreaterThanOrEqual(0)
  })

  it('that are masked are listed but cannot be entered', () => {
    const machine = create({ zones: intelServerZones(1) })
    machine.maskZones()
    expect(() => energyOf(machine)).toThrow(expect.objectContaining({ code: 'ENOENT' }))
  })

  it('are named in the error when one is asked for that does not exist', () => {
    const machine = create({ zones: intelServerZones(1) })
    expect(() => machine.setPower('gpu', 1)).toThrow('package-0, package-0/dram')
  })
})

describe('synthetic CPU time', () => {
  const ticks = (machine: SyntheticMachine, file: string): number[] =>
    (readFileSync(join(machine.procRoot, file), 'utf8').match(/\d+/g) ?? []).map(Number)

  it('of the machine adds up to threads × time', () => {
    const machine = create({ cpu: { threads: 4 } })
    machine.setCores(1)
    machine.setBackground(1, 0.5)
    machine.advance(100)
    const [user, nice, system, idle, iowait, irq, softirq, steal] = ticks(machine, 'stat')
    expect(user! + nice! + system! + irq! + softirq!).toBe(2 * 100 * 100)
    expect(steal).toBe(50 * 100)
    expect(idle! + iowait!).toBe(150 * 100)
  })

  it('of a process moves to its parent when it ends', () => {
    const machine = create({})
    const child = machine.spawnProcess({ cores: 2 })
    machine.advance(3)
    expect(machine.truthOwnSeconds(child)).toBe(6)
    machine.exitProcess(child)
    expect(existsSync(join(machine.procRoot, String(child)))).toBe(false)
    const fields = readFileSync(join(machine.procRoot, 'self/stat'), 'utf8').split(') ')[1]!.split(' ')
    expect(Number(fields[13]) + Number(fields[14])).toBe(600)
  })

  it('cannot exceed the machine', () => {
    const machine = create({ cpu: { threads: 2 } })
    expect(() => machine.setCores(3)).toThrow(RangeError)
  })
})

it('a disposed machine leaves nothing behind', () => {
  const machine = createSyntheticMachine({ zones: intelServerZones(1) })
  machine.dispose()
  expect(existsSync(machine.sysfsRoot)).toBe(false)
})
