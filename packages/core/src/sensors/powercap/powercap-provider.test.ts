import {
  amdMirroredZones,
  type CpuOptions,
  createSyntheticMachine,
  intelLaptopZones,
  intelServerZones,
  type SyntheticMachine,
  withoutPrivileges,
  type ZoneOptions,
} from '@epochwatt/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { probeEnvironment } from '../environment.js'
import type { ProbeResult } from '../sensor.js'
import { powercapProvider } from './powercap-provider.js'

const machines: SyntheticMachine[] = []
afterEach(() => {
  for (const machine of machines.splice(0)) machine.dispose()
})

const machineWith = (zones: readonly ZoneOptions[], cpu: CpuOptions = {}): SyntheticMachine => {
  const machine = createSyntheticMachine({ zones, cpu })
  machines.push(machine)
  return machine
}

const probe = (machine: SyntheticMachine): ProbeResult =>
  powercapProvider.probe(probeEnvironment(machine.env), {})
const probeZones = (zones: readonly ZoneOptions[], cpu?: CpuOptions): ProbeResult =>
  probe(machineWith(zones, cpu))

const ids = ({ sensors }: ProbeResult): string[] => sensors.map(({ id }) => id)
const sensorOf = ({ sensors }: ProbeResult, id: string) => {
  const sensor = sensors.find(candidate => candidate.id === `powercap/${id}`)
  if (!sensor) throw new Error(`no sensor ${id} among ${sensors.map(({ id: other }) => other)}`)
  return sensor
}

const AMD: CpuOptions = {
  vendor: 'AuthenticAMD',
  modelName: 'AMD EPYC 7713 64-Core Processor',
  family: 25,
  model: 1,
}

describe('what a zone is', () => {
  it('comes from its name file, never from its number', () => {
    const result = probeZones([
      { name: 'psys', address: 'intel-rapl:0' },
      { name: 'package-1', address: 'intel-rapl:1' },
      { name: 'package-0', address: 'intel-rapl:10' },
      { name: 'dram', parent: 'package-1', address: 'intel-rapl:1:7' },
    ])
    expect(sensorOf(result, 'psys').domain).toBe('platform')
    expect(sensorOf(result, 'package-1').device).toBe('socket-1')
    expect(sensorOf(result, 'package-0').device).toBe('socket-0')
    expect(sensorOf(result, 'package-1/dram').device).toBe('socket-1')
  })

  it('is found below the devices directory when there is no class directory', () => {
    const machine = machineWith(intelServerZones(1))
    machine.removePowercapClass()
    expect(ids(probe(machine))).toEqual(['powercap/package-0', 'powercap/package-0/dram'])
  })

  it('is not guessed for a name that no kernel gives', () => {
    expect(ids(probeZones([{ name: 'package-0' }, { name: 'turbine' }]))).toEqual(['powercap/package-0'])
  })

  it('stays the same sensor id whatever the numbering of a boot', () => {
    const one = probeZones([{ name: 'package-0' }, { name: 'package-1' }])
    const other = probeZones([
      { name: 'package-0', address: 'intel-rapl:1' },
      { name: 'package-1', address: 'intel-rapl:0' },
    ])
    expect(ids(other).sort()).toEqual(ids(one).sort())
  })
})

describe('overlap', () => {
  it('psys contains everything, a package its core and uncore, and mmio repeats the package', () => {
    const result = probeZones(intelLaptopZones())
    expect(sensorOf(result, 'package-0').contains).toEqual([
      'powercap/package-0/core',
      'powercap/package-0/uncore',
      'powercap/mmio/package-0',
    ])
    expect(sensorOf(result, 'psys').contains).toEqual([
      'powercap/package-0',
      'powercap/package-0/core',
      'powercap/package-0/uncore',
      'powercap/mmio/package-0',
    ])
    expect(sensorOf(result, 'mmio/package-0').contains).toEqual([])
  })

  it('psys is used only when asked for, and covers memory and the rest', () => {
    const psys = sensorOf(probeZones(intelLaptopZones()), 'psys')
    expect(psys.optIn).toBe('psys')
    expect(psys.covers).toEqual(['cpu', 'memory', 'other'])
    expect(psys.band.high - psys.band.low).toBeGreaterThan(0.3)
  })

  it.each([
    ['at the top level', { name: 'psys' }],
    ['below a package', { name: 'psys', parent: 'package-0', key: 'psys' }],
    ['numbered after the master socket', { name: 'psys-1', key: 'psys-1' }],
  ] as const)('psys is recognised %s', (_, zone) => {
    const result = probeZones([{ name: 'package-0' }, zone])
    const psys = sensorOf(result, zone.name)
    expect(psys.contains).toEqual(['powercap/package-0'])
    expect(sensorOf(result, 'package-0').contains).toEqual([])
  })

  it('of two platform zones the second is inside the first', () => {
    const result = probeZones([{ name: 'psys' }, { name: 'psys-1' }])
    expect(sensorOf(result, 'psys').contains).toEqual(['powercap/psys-1'])
    expect(sensorOf(result, 'psys-1').contains).toEqual([])
  })

  it('dram as a child zone is beside its package, not inside it', () => {
    const result = probeZones(intelServerZones(2), { sockets: 2 })
    expect(ids(result)).toEqual([
      'powercap/package-0',
      'powercap/package-0/dram',
      'powercap/package-1',
      'powercap/package-1/dram',
    ])
    for (const { contains } of result.sensors) expect(contains).toEqual([])
    expect(sensorOf(result, 'package-0/dram')).toMatchObject({
      domain: 'dram',
      component: 'memory',
      covers: ['memory'],
    })
  })

  it('dram as a top-level zone is memory too', () => {
    const result = probeZones([{ name: 'package-0' }, { name: 'dram' }])
    expect(sensorOf(result, 'dram')).toMatchObject({ domain: 'dram', component: 'memory', contains: [] })
  })

  it('dram at the top level beside dram below the packages counts once', () => {
    const result = probeZones([...intelServerZones(1), { name: 'dram' }])
    expect(sensorOf(result, 'package-0/dram').contains).toEqual(['powercap/dram'])
  })

  it('top-level dram zones of two sockets are two sensors', () => {
    const result = probeZones([
      { name: 'package-0' },
      { name: 'dram' },
      { name: 'package-1' },
      { name: 'dram', key: 'second dram' },
    ])
    expect(ids(result).filter(id => id.includes('dram'))).toEqual([
      'powercap/dram',
      'powercap/dram@intel-rapl:3',
    ])
    expect(new Set(result.sensors.map(({ device }) => device)).size).toBe(4)
  })

  it('mmio zones stand in where the main interface cannot be read', () => {
    const machine = machineWith(intelLaptopZones())
    machine.breakFile('package-0', 'missing')
    const result = probe(machine)
    expect(ids(result)).toContain('powercap/mmio/package-0')
    expect(sensorOf(result, 'psys').contains).toContain('powercap/mmio/package-0')
  })
})

describe('dies', () => {
  it('of AMD mirror one counter of the socket: the first contains the others', () => {
    const result = probeZones(amdMirroredZones(4), AMD)
    expect(new Set(result.sensors.map(({ device }) => device))).toEqual(new Set(['socket-0']))
    expect(sensorOf(result, 'package-0-die-0').contains).toEqual([
      'powercap/package-0-die-1',
      'powercap/package-0-die-2',
      'powercap/package-0-die-3',
    ])
  })

  it('of AMD: one that can be read stands in for a first that cannot', () => {
    const machine = machineWith(amdMirroredZones(2), AMD)
    machine.breakFile('package-0-die-0', 'missing')
    expect(ids(probe(machine))).toEqual(['powercap/package-0-die-1'])
  })

  it('of Intel are real: both count', () => {
    const result = probeZones([{ name: 'package-0-die-0' }, { name: 'package-0-die-1' }])
    expect(result.sensors.map(({ device, contains }) => [device, contains])).toEqual([
      ['socket-0-die-0', []],
      ['socket-0-die-1', []],
    ])
  })

  it('do not hide two genuine AMD sockets', () => {
    const result = probeZones([{ name: 'package-0' }, { name: 'package-1' }], { ...AMD, sockets: 2 })
    expect(result.sensors.every(({ contains }) => contains.length === 0)).toBe(true)
  })
})

describe('a zone is not left out', () => {
  it('for enabled=0, which is the switch of its power limit', () => {
    expect(ids(probeZones([{ name: 'package-0', enabled: false }]))).toEqual(['powercap/package-0'])
  })

  it('for lacking a range: then it never wraps', () => {
    const [sensor] = probeZones([{ name: 'package-0', range: false }]).sensors
    expect(sensor!.wrapRaw).toBeUndefined()
  })

  it('for a counter that stands at 0 on bare metal', () => {
    expect(ids(probeZones([{ name: 'package-0', startTicks: 0 }]))).toHaveLength(1)
  })
})

describe('wrap and guard', () => {
  it.each([
    [14, 262_143_328_850],
    [16, 65_532_610_987],
  ] as const)('takes the range of a 2^-%d J register from max_energy_range_uj', (unitExponent, range) => {
    expect(probeZones([{ name: 'package-0', unitExponent }]).sensors[0]!.wrapRaw).toBe(range)
  })

  const limitOf = (limitsWatts: readonly number[], cpu: CpuOptions = { modelName: 'No Such CPU' }) =>
    probeZones([{ name: 'package-0', limitsWatts }], cpu).sensors[0]!.maxPowerWatts

  it('takes the highest of all limits', () => {
    expect(limitOf([125, 253])).toBe(253)
  })

  it('takes the TDP where firmware was given a lower limit', () => {
    expect(limitOf([65, 65], { modelName: 'Intel(R) Xeon(R) Gold 6248R CPU @ 3.00GHz' })).toBe(205)
  })

  it('ignores zeros and firmware\'s "no limit"', () => {
    expect(limitOf([0, 253, 4095])).toBe(253)
    expect(limitOf([0, 0])).toBeUndefined()
  })

  it('takes twice the TDP where AMD gives no limit', () => {
    expect(limitOf([], AMD)).toBe(450)
  })
})

describe('bands', () => {
  const bandOf = (zones: readonly ZoneOptions[], cpu: CpuOptions, id = 'package-0') => {
    const { low, high } = sensorOf(probeZones(zones, cpu), id).band
    return [1 - low, high - 1].map(share => Math.round(share * 100))
  }

  it.each([
    ['Intel since Haswell', {}, 5],
    ['Intel with energy filtering (SGX)', { flags: ['sgx'] }, 15],
    ['Sandy Bridge', { model: 0x2d }, 15],
    ['AMD', AMD, 15],
  ] as const)('of a package of %s', (_, cpu, percent) => {
    expect(bandOf([{ name: 'package-0' }], cpu)).toEqual([percent, percent])
  })

  it('of memory', () => {
    expect(bandOf(intelServerZones(1), {}, 'package-0/dram')).toEqual([20, 20])
  })
})

describe('what cannot be used', () => {
  it('locked is told from absent, with the exact grant for one group and never for everyone', () => {
    const machine = machineWith(intelServerZones(1))
    machine.breakFile('package-0', 'locked')
    machine.breakFile('package-0/dram', 'missing')
    const { sensors, unavailable } = withoutPrivileges(() => probe(machine))
    expect(sensors).toEqual([])
    const [locked, absent] = unavailable
    expect(locked).toMatchObject({ id: 'powercap/package-0', domain: 'package', state: 'locked' })
    expect(locked!.remedy).toContain('z /sys/class/powercap/intel-rapl*:*/energy_uj 0440 root energy -')
    expect(locked!.remedy).toContain('systemd-tmpfiles --create /etc/tmpfiles.d/energy.conf')
    expect(locked!.remedy).toContain('usermod --append --groups energy')
    expect(locked!.remedy).not.toMatch(/a\+r|o\+r|0444/)
    expect(absent).toMatchObject({ id: 'powercap/package-0/dram', state: 'absent' })
  })

  it.each(['empty', 'garbage', 'io-error'] as const)('a counter that reads as %s is broken, not 0', fault => {
    const machine = machineWith([{ name: 'package-0' }])
    machine.breakFile('package-0', fault)
    const { sensors, unavailable } = probe(machine)
    expect(sensors).toEqual([])
    expect(unavailable[0]).toMatchObject({ id: 'powercap/package-0', state: 'broken' })
  })

  it('zones masked by a container runtime are locked, and the remedy mounts the real directory elsewhere', () => {
    const machine = machineWith(intelServerZones(1))
    machine.maskZones()
    const [masked] = probe(machine).unavailable
    expect(masked).toMatchObject({ id: 'powercap', state: 'locked' })
    expect(masked!.reason).toContain('container')
    expect(masked!.remedy).toContain('/sys/devices/virtual/powercap')
    expect(masked!.remedy).toContain('EPOCHWATT_SYSFS_ROOT')
  })

  it('a hypervisor that answers 0 is found out', () => {
    const { sensors, unavailable } = probeZones([{ name: 'package-0', startTicks: 0 }], {
      flags: ['hypervisor'],
    })
    expect(sensors).toEqual([])
    expect(unavailable[0]).toMatchObject({ state: 'broken' })
    expect(unavailable[0]!.reason).toContain('hypervisor')
  })

  it('a virtual machine without zones is told so, a bare machine which module to load', () => {
    expect(probeZones([], { flags: ['hypervisor'] }).unavailable[0]).toMatchObject({
      state: 'absent',
      reason: expect.stringContaining('virtual machine'),
    })
    expect(probeZones([]).unavailable[0]).toMatchObject({
      state: 'absent',
      remedy: expect.stringContaining('modprobe intel_rapl_msr'),
    })
  })

  it('a system other than Linux has no powercap', () => {
    const environment = {
      ...probeEnvironment(machineWith(intelServerZones(1)).env),
      platform: 'darwin' as const,
    }
    expect(powercapProvider.probe(environment, {})).toMatchObject({
      sensors: [],
      unavailable: [{ state: 'absent' }],
    })
  })
})
