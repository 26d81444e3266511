import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  acpiMeter,
  amdEnergyChip,
  amdgpuChip,
  createSyntheticMachine,
  i915Chips,
  ina238Chip,
  ina3221Chip,
  intelServerZones,
  type SyntheticMachine,
  type SysfsDevice,
  type SysfsDeviceOptions,
  withoutPrivileges,
  xeChip,
  type ZoneOptions,
} from '@epochwatt/testing'
import { afterEach, describe, expect, it } from 'vitest'
import type { RunEntry } from '../../journal/entry.js'
import { Meter } from '../../meter/meter.js'
import { readTick } from '../../sampler/sampler.js'
import { scriptedRun } from '../../testing/scripted-run.js'
import { testSensor } from '../../testing/test-sensor.js'
import { probeEnvironment } from '../environment.js'
import { openSensors } from '../openers.js'
import { discoverSensors } from '../registry.js'
import type { SensorSpec } from '../sensor.js'
import { hwmonProvider } from './hwmon-provider.js'
import { openHwmon } from './open-hwmon.js'

const machines: SyntheticMachine[] = []
afterEach(() => {
  for (const machine of machines.splice(0)) machine.dispose()
})

const machineWith = (chips: readonly SysfsDeviceOptions[], zones: readonly ZoneOptions[] = []) => {
  const machine = createSyntheticMachine({ zones })
  machines.push(machine)
  return { machine, devices: chips.map(chip => machine.addDevice(chip)) }
}

const probe = (machine: SyntheticMachine) => hwmonProvider.probe(probeEnvironment(machine.env), {})

/** Plays 60 s at one reading a second and says what the meter makes of it. */
const playMinute = (
  machine: SyntheticMachine,
  meanwhile: (second: number) => void = () => {},
  overrides: Partial<RunEntry> = {},
) => {
  const environment = probeEnvironment(machine.env)
  const specs = discoverSensors(environment).sensors.filter(({ kind }) => kind !== 'model')
  const sensors = openSensors(specs, environment, { now: () => machine.now * 1000 })
  const meter = new Meter(scriptedRun({ sensors: specs, ...overrides }))
  for (let second = 0; second <= 60; second++) {
    if (second > 0) machine.advance(1)
    meanwhile(second)
    meter.add(readTick(() => Number(machine.nowNs), sensors, undefined))
  }
  for (const sensor of sensors) sensor.close()
  const analysis = meter.analyse()
  return {
    analysis,
    joules: Object.fromEntries(
      analysis.curves.map(curve => [curve.spec.id, curve.between(0, analysis.end).machine]),
    ),
  }
}

const ORIN_NX = [
  { label: 'VDD_IN', millivolts: 5000, milliamperes: 2400 },
  { label: 'VDD_CPU_GPU_CV', millivolts: 5000, milliamperes: 1000 },
  { label: 'VDD_SOC', millivolts: 5000, milliamperes: 400 },
] as const

const AGX_ORIN = [
  [
    { label: 'VDD_GPU_SOC', millivolts: 19_000, milliamperes: 500 },
    { label: 'VDD_CPU_CV', millivolts: 19_000, milliamperes: 200 },
    { label: 'VIN_SYS_5V0', millivolts: 5000, milliamperes: 800 },
  ],
  [
    { label: 'NC', millivolts: 19_000, milliamperes: 0 },
    { label: 'VDDQ_VDD2_1V8AO', millivolts: 5000, milliamperes: 300 },
  ],
] as const

describe('GPUs in hwmon', () => {
  it.each([
    ['averaged', amdgpuChip({ watts: 210 })],
    ['instantaneous', amdgpuChip({ watts: 210, instant: true })],
  ])('amdgpu is a gauge of the whole board: %s power', (_, chip) => {
    const { machine } = machineWith([chip])
    const [spec] = probe(machine).sensors
    expect(spec).toMatchObject({
      id: 'hwmon/amdgpu@0000:03:00.0/power1',
      kind: 'power_gauge',
      device: 'gpu-0000:03:00.0',
      covers: ['gpu'],
      method: expect.stringContaining('AMD GPU 1002:744c'),
    })
    expect(playMinute(machine).joules['hwmon/amdgpu@0000:03:00.0/power1']).toBeCloseTo(210 * 60)
  })

  it('two amdgpu boards count twice', () => {
    const second = amdgpuChip({ address: '0000:43:00.0', index: 1, watts: 50 })
    const { machine } = machineWith([amdgpuChip({ watts: 50 }), second])
    const { joules } = playMinute(machine)
    expect(Object.values(joules).reduce((sum, value) => sum + value, 0)).toBeCloseTo(2 * 50 * 60)
  })

  it('the power of a processor with graphics is not added to its package counter', () => {
    const { machine } = machineWith(
      [amdgpuChip({ apu: true, watts: 30 })],
      [{ name: 'package-0', watts: 25 }],
    )
    const [spec] = probe(machine).sensors
    expect(spec).toMatchObject({ domain: 'package', device: 'socket-0', covers: ['cpu', 'gpu'] })
    const { joules, analysis } = playMinute(machine)
    expect(Object.keys(joules)).toEqual(['powercap/package-0'])
    expect(joules['powercap/package-0']).toBeCloseTo(25 * 60, 0)
    expect(analysis.selection.get(spec!.id)).toMatchObject({ state: 'superseded' })
  })

  it('i915 counts the card, and its tiles are inside', () => {
    const { machine } = machineWith(i915Chips({ tiles: 2, watts: 300 }))
    const { joules } = playMinute(machine)
    expect(joules).toEqual({ 'hwmon/i915@0000:4d:00.0/card': expect.closeTo(300 * 60, 2) })
  })

  it('xe counts the card, and the package on it is inside', () => {
    const { machine } = machineWith([xeChip({ watts: 120 })])
    const { joules, analysis } = playMinute(machine)
    expect(joules).toEqual({ 'hwmon/xe@0000:03:00.0/card': expect.closeTo(120 * 60, 2) })
    expect(analysis.selection.get('hwmon/xe@0000:03:00.0/pkg')).toMatchObject({ state: 'superseded' })
  })

  it('one that sleeps is left asleep and draws nothing', () => {
    const { machine, devices } = machineWith([amdgpuChip({ watts: 40 })])
    const status = (text: string): void => devices[0]!.write('../../power/runtime_status', text)
    const { joules } = playMinute(machine, second => {
      if (second === 20) status('suspended')
    })
    // The trapezoid of the second in which it fell asleep.
    expect(joules['hwmon/amdgpu@0000:03:00.0/power1']).toBeCloseTo(40 * 19.5)
  })
})

describe('a Jetson', () => {
  it('with a rail that feeds all others counts that one', () => {
    const { machine } = machineWith([ina3221Chip(ORIN_NX)])
    const { joules, analysis } = playMinute(machine)
    expect(joules).toEqual({ 'hwmon/ina3221@1-0040/VDD_IN': expect.closeTo(12 * 60, 6) })
    expect(analysis.selection.get('hwmon/ina3221@1-0040/VDD_SOC')).toMatchObject({ state: 'superseded' })
  })

  it('without one counts its rails, but not what a rail feeds, nor what is not connected', () => {
    const { machine } = machineWith([
      ina3221Chip(AGX_ORIN[0]),
      ina3221Chip(AGX_ORIN[1], { address: '1-0041', index: 1 }),
    ])
    const { joules } = playMinute(machine)
    expect(Object.keys(joules).sort()).toEqual([
      'hwmon/ina3221@1-0040/VDD_CPU_CV',
      'hwmon/ina3221@1-0040/VDD_GPU_SOC',
      'hwmon/ina3221@1-0040/VIN_SYS_5V0',
    ])
    expect(Object.values(joules).reduce((sum, value) => sum + value, 0)).toBeCloseTo((9.5 + 3.8 + 4) * 60, 3)
  })

  it('of the newest kind has one monitor of its input', () => {
    const { machine } = machineWith([ina238Chip('VIN', 40)])
    expect(playMinute(machine).joules).toEqual({ 'hwmon/ina238@2-0044/VIN': expect.closeTo(2400, 3) })
  })

  it('with an old kernel shows the same rails by another driver', () => {
    const { machine } = machineWith([])
    const directory = join(machine.sysfsRoot, 'bus/i2c/drivers/ina3221x/1-0040/iio:device0')
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, 'rail_name_0'), 'POM_5V_IN\n')
    writeFileSync(join(directory, 'in_power0_input'), '4200\n')
    expect(playMinute(machine).joules).toEqual({
      'hwmon/ina3221x@1-0040/POM_5V_IN': expect.closeTo(4.2 * 60, 6),
    })
  })

  it('a monitor that does not say which rail it is on is left out', () => {
    const { machine } = machineWith([ina238Chip('', 40)])
    expect(probe(machine).sensors).toEqual([])
  })
})

describe('meters of the firmware', () => {
  const grace = (label: string, index: number, watts: number) =>
    acpiMeter(watts, { label: `${label} Power Socket 0`, index })

  it('of Grace contain each other: the outermost counts', () => {
    const { machine } = machineWith([
      grace('CPU', 0, 90),
      grace('Grace', 1, 160),
      grace('SysIO', 2, 20),
      grace('Module', 3, 500),
    ])
    expect(Object.values(playMinute(machine).joules)).toEqual([expect.closeTo(500 * 60, 3)])
  })

  it('of Grace alone cover processor and memory', () => {
    const { machine } = machineWith([grace('CPU', 0, 90), grace('Grace', 1, 160)])
    const { joules, analysis } = playMinute(machine)
    expect(Object.values(joules)).toEqual([expect.closeTo(160 * 60, 3)])
    expect(analysis.curves[0]!.spec.covers).toEqual(['cpu', 'memory'])
  })

  it('of a server have everything in them when they are asked for', () => {
    const { machine } = machineWith(
      [acpiMeter(900), amdgpuChip({ index: 1, watts: 300 })],
      intelServerZones(1),
    )
    const { joules } = playMinute(machine, undefined, { optIns: ['psys'] })
    expect(joules).toEqual({ 'hwmon/power_meter@ACPI000D:00/power1': expect.closeTo(900 * 60, 3) })
  })

  it('of a server are used on request only: each firmware means something else', () => {
    const { machine } = machineWith([acpiMeter(410)], intelServerZones(1))
    const { analysis } = playMinute(machine)
    expect(analysis.selection.get('hwmon/power_meter@ACPI000D:00/power1')).toMatchObject({
      state: 'not-asked-for',
    })
  })
})

describe('amd_energy', () => {
  it('counts sockets, and cores inside them not again', () => {
    const { machine, devices } = machineWith([amdEnergyChip(2, 90)])
    devices[0]!.setPower('energy3_input', 60)
    expect(Object.values(playMinute(machine).joules).sort()).toEqual([
      expect.closeTo(3600, 2),
      expect.closeTo(5400, 2),
    ])
  })

  it('gives way to powercap for the same sockets', () => {
    const { machine } = machineWith([amdEnergyChip(1, 90)], [{ name: 'package-0', watts: 90 }])
    expect(Object.keys(playMinute(machine).joules)).toEqual(['powercap/package-0'])
  })
})

describe('what cannot be used', () => {
  it('a chip of a name that nobody knows is not guessed at', () => {
    const { machine } = machineWith([
      {
        path: 'platform/x/hwmon/hwmon0',
        class: 'hwmon',
        files: { name: 'turbine' },
        power: { power1_input: 5 },
      },
    ])
    expect(probe(machine)).toMatchObject({ sensors: [], unavailable: [{ id: 'hwmon', state: 'absent' }] })
  })

  it('locked is told from broken', () => {
    const { machine, devices } = machineWith([amdEnergyChip(1), amdgpuChip({ index: 1 })])
    chmodSync(join(devices[0]!.directory, 'energy2_input'), 0)
    devices[1]!.remove()
    devices[1] = machine.addDevice({
      ...amdgpuChip({ index: 1 }),
      power: {},
      files: { name: 'amdgpu', power1_average: '<none>' },
    })
    const { sensors, unavailable } = withoutPrivileges(() => probe(machine))
    expect(sensors).toEqual([])
    expect(unavailable.map(({ id, state }) => [id, state])).toEqual([
      ['hwmon/amd_energy@amd_energy.0/socket-0', 'locked'],
      ['hwmon/amdgpu@0000:03:00.0/power1', 'broken'],
    ])
    // For one group, whatever number the chip gets at the next boot, and no other file of it.
    const rules = unavailable[0]!.remedy!.match(/z \S+ \d+ \w+ \w+/g)
    expect(rules).toEqual([expect.stringMatching(/^z \/\S+\/hwmon\*\/energy2_input 0440 root energy$/)])
    expect(unavailable[0]!.remedy).not.toMatch(/a\+r|o\+r|0444/)
  })

  it('a system other than Linux has no hwmon', () => {
    const environment = { ...probeEnvironment({}), platform: 'darwin' as const }
    expect(hwmonProvider.probe(environment, {}).unavailable[0]).toMatchObject({ state: 'absent' })
  })
})

describe('the contract of sensors', () => {
  const kinds: readonly (readonly [string, SysfsDeviceOptions])[] = [
    ['amdgpu', amdgpuChip()],
    ['i915', i915Chips()[0]!],
    ['xe', xeChip()],
    ['ina3221', ina3221Chip(ORIN_NX)],
    ['ina238', ina238Chip('VIN', 30)],
    ['power_meter', acpiMeter(300)],
    ['amd_energy', amdEnergyChip(1)],
  ]
  it.each(kinds)('is kept by %s', (_, chip) => {
    const { machine, devices } = machineWith([chip])
    const [spec] = probe(machine).sensors
    const file = Object.values((spec as SensorSpec).settings!.paths as Record<string, string>).at(-1)!
    const device = devices[0] as SysfsDevice
    const relative = file.slice(device.directory.length + 1)
    const inPlace = (text: string): void => writeFileSync(file, text)
    const check = {
      spec: spec!,
      open: () => openHwmon(spec!),
      // Files of sysfs are never replaced, only rewritten.
      fail: () => inPlace('<unknown>\n'),
      recover: () => inPlace('0000000000001000\n'),
    }
    expect(relative).not.toBe('')
    for (const verify of testSensor(check).values()) verify()
  })
})
