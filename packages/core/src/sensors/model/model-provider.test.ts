import { describe, expect, it } from 'vitest'
import { testSensor } from '../../testing/test-sensor.js'
import type { MachineFacts, ProbeOptions } from '../sensor.js'
import { modelProvider } from './model-provider.js'

const XEON: MachineFacts = {
  cpuModel: 'Intel(R) Xeon(R) Gold 6248R CPU @ 3.00GHz',
  threads: 96,
  sockets: 2,
  memoryBytes: 256 * 2 ** 30,
  virtual: false,
  vendor: 'GenuineIntel',
  cpuFamily: 6,
  cpuModelNumber: 85,
  cpuStepping: 7,
  energyFiltering: false,
}

const specs = (overrides: Partial<MachineFacts> = {}, options: ProbeOptions = {}) => {
  const machine = { ...XEON, ...overrides }
  const { sensors } = modelProvider.probe(
    { sysfsRoot: '/sys', procRoot: '/proc', platform: 'linux', machine },
    options,
  )
  const [cpu, memory] = sensors
  return { cpu: cpu!, memory: memory! }
}

describe('the model of the machine', () => {
  it('of a known CPU is TDP × sockets × the median SPECpower curve', () => {
    const { cpu } = specs()
    expect(cpu.tier).toBe('modelled')
    expect(cpu.band).toEqual({ low: 0.6, high: 1.55 })
    expect(cpu.wattsByUtilisation).toHaveLength(11)
    // 205 W × 2 sockets.
    expect(cpu.wattsByUtilisation![0]).toBeCloseTo(0.24 * 410, 9)
    expect(cpu.wattsByUtilisation![5]).toBeCloseTo(0.59 * 410, 9)
    expect(cpu.wattsByUtilisation![10]).toBeCloseTo(1.11 * 410, 9)
    expect(cpu.method).toContain('205 W × 2 sockets')
  })

  it('prefers the TDP that the user gives', () => {
    const { cpu } = specs({}, { cpuTdpWatts: 100 })
    expect(cpu.wattsByUtilisation!.at(-1)).toBeCloseTo(222, 9)
    expect(cpu.method).toContain('given as an option')
  })

  it("of a guest goes by threads of its microarchitecture: a guest does not have its host's TDP", () => {
    const { cpu } = specs({ virtual: true, threads: 4, sockets: 4 })
    // Cascade Lake: 0.603 to 4.048 W a thread.
    expect(cpu.wattsByUtilisation).toEqual([4 * 0.603, 4 * 4.048])
    expect(cpu).toMatchObject({ tier: 'assumed', band: { low: 0.4, high: 2.5 } })
    expect(cpu.method).toContain('Cascade Lake')
  })

  it('of a guest with a TDP given takes it once, whatever sockets the hypervisor invents', () => {
    const { cpu } = specs({ virtual: true, threads: 4, sockets: 4 }, { cpuTdpWatts: 65 })
    expect(cpu.wattsByUtilisation!.at(-1)).toBeCloseTo(1.11 * 65, 9)
  })

  it('of an unknown CPU is assumed, with a wide band', () => {
    const { cpuFamily, cpuModelNumber, cpuStepping, vendor, ...machine } = XEON
    const environment = { sysfsRoot: '/sys', procRoot: '/proc', platform: 'linux' as const }
    const [cpu] = modelProvider.probe(
      { ...environment, machine: { ...machine, cpuModel: 'unknown' } },
      {},
    ).sensors
    expect(cpu).toMatchObject({ tier: 'assumed', band: { low: 0.4, high: 2.5 } })
    expect(cpu!.method).toContain('an unknown CPU')
    expect(cpu!.wattsByUtilisation![0]).toBeGreaterThan(0)
  })

  it('of a guest whose processor says nothing goes by its instance type', () => {
    const cloud = { provider: 'aws', instanceType: 'm6i.xlarge' }
    const guest = { virtual: true, threads: 4, cpuModel: 'unknown', cpuModelNumber: 0 }
    // Ice Lake: 0.756 to 3.878 W a thread; the average of the provider is 0.74 to 3.5.
    expect(specs({ ...guest, cloud }).cpu.wattsByUtilisation).toEqual([4 * 0.756, 4 * 3.878])
    const unknown = { provider: 'aws', instanceType: 'm9.xlarge' }
    expect(specs({ ...guest, cloud: unknown }).cpu.wattsByUtilisation).toEqual([4 * 0.74, 4 * 3.5])
    // What the processor says of itself goes before the name.
    expect(specs({ virtual: true, threads: 4, cloud }).cpu.method).toContain('Cascade Lake')
  })

  it('covers the whole server at the wall, so that memory is not added to it', () => {
    const { cpu, memory } = specs()
    expect(cpu.covers).toEqual(['cpu', 'memory', 'other'])
    expect(cpu.contains).toEqual([memory.id])
    expect(cpu.component).toBe('cpu')
  })

  it('knows its idle power', () => {
    const { cpu } = specs()
    expect(cpu.idleWatts!.watts).toBe(cpu.wattsByUtilisation![0])
  })
})

describe('the model of memory', () => {
  it('is a constant for each gigabyte at every utilisation', () => {
    const { memory } = specs()
    expect(memory.wattsByUtilisation).toEqual([0.3725 * 256, 0.3725 * 256])
    expect(memory).toMatchObject({ tier: 'assumed', band: { low: 0.3, high: 3 }, covers: ['memory'] })
  })
})

describe('the contract of sensors', () => {
  const { cpu, memory } = specs()
  it.each([...testSensor({ spec: cpu })])('the CPU model %s', (_, verify) => verify())
  it.each([...testSensor({ spec: memory })])('the memory model %s', (_, verify) => verify())
})
