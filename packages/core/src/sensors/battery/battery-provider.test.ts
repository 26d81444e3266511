import {
  createSyntheticMachine,
  type SyntheticMachine,
  type SysfsDevice,
  xeChip,
  type ZoneOptions,
} from '@epochwatt/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { Meter } from '../../meter/meter.js'
import { readTick } from '../../sampler/sampler.js'
import { scriptedRun } from '../../testing/scripted-run.js'
import { testSensor } from '../../testing/test-sensor.js'
import { probeEnvironment } from '../environment.js'
import { openSensors } from '../openers.js'
import { discoverSensors } from '../registry.js'
import { batteryProvider } from './battery-provider.js'
import { openBattery } from './open-battery.js'

const machines: SyntheticMachine[] = []
afterEach(() => {
  for (const machine of machines.splice(0)) machine.dispose()
})

type Files = Readonly<Record<string, string>>

const supply = (machine: SyntheticMachine, name: string, files: Files): SysfsDevice =>
  machine.addDevice({ path: `platform/supplies/power_supply/${name}`, class: 'power_supply', files })

const laptop = (battery: Files, { online = '0', zones = [] as readonly ZoneOptions[] } = {}) => {
  const machine = createSyntheticMachine({ zones })
  machines.push(machine)
  const mains = supply(machine, 'AC', { type: 'Mains', online })
  const bat = supply(machine, 'BAT0', { type: 'Battery', status: 'Discharging', ...battery })
  return { machine, mains, bat }
}

const probe = (machine: SyntheticMachine) => batteryProvider.probe(probeEnvironment(machine.env), {})

const readWatts = (machine: SyntheticMachine): number => {
  const sensor = openBattery(probe(machine).sensors[0]!)
  const watts = sensor.read()
  sensor.close()
  return watts
}

const play = (machine: SyntheticMachine, seconds: number, meanwhile: (second: number) => void = () => {}) => {
  const environment = probeEnvironment(machine.env)
  const { sensors: specs } = discoverSensors(environment)
  const sensors = openSensors(specs, environment, { now: () => machine.now * 1000 })
  const meter = new Meter(scriptedRun({ sensors: specs }))
  for (let second = 0; second <= seconds; second++) {
    if (second > 0) machine.advance(1)
    meanwhile(second)
    const tick = readTick(() => Number(machine.nowNs), sensors, undefined)
    meter.add({ ...tick, u: [second, 4 * second, second] })
  }
  for (const sensor of sensors) sensor.close()
  return meter.analyse()
}

describe('power from a battery', () => {
  it.each([
    ['power_now', { power_now: '12500000' }, 12.5],
    ['power_now, negative while it discharges', { power_now: '-12500000' }, 12.5],
    ['current and voltage', { current_now: '1000000', voltage_now: '11400000' }, 11.4],
    ['current, negative while it discharges', { current_now: '-1000000', voltage_now: '11400000' }, 11.4],
  ])('is read from %s', (_, files, watts) => {
    expect(readWatts(laptop(files).machine)).toBeCloseTo(watts, 6)
  })

  it('is that of all batteries together; one that rests adds nothing', () => {
    const { machine } = laptop({ power_now: '12500000' })
    supply(machine, 'BAT1', { type: 'Battery', status: 'Not charging', power_now: '0' })
    expect(readWatts(machine)).toBeCloseTo(12.5, 6)
  })

  it('is not that of a mouse', () => {
    const { machine } = laptop({ power_now: '12500000' })
    supply(machine, 'hid-mouse', { type: 'Battery', scope: 'Device', status: 'Discharging', power_now: '1' })
    expect(readWatts(machine)).toBeCloseTo(12.5, 6)
  })
})

describe('energy from a battery that does not tell its power', () => {
  it.each([
    ['energy_now', (wh: number) => ({ energy_now: String(Math.round(wh * 1e6)) })],
    [
      'charge_now at its design voltage',
      (wh: number) => ({
        charge_now: String(Math.round((wh / 11.4) * 1e6)),
        voltage_min_design: '11400000',
        voltage_now: '12100000',
      }),
    ],
  ])('is the decrease of %s', (_, left) => {
    const { machine, bat } = laptop(left(40))
    expect(probe(machine).sensors[0]).toMatchObject({ kind: 'energy_counter', updatePeriodMs: 30_000 })
    const analysis = play(machine, 720, second => {
      // 15 W, shown in steps of ten seconds.
      const shown = 40 - (15 * Math.floor(second / 10) * 10) / 3600
      for (const [file, text] of Object.entries(left(shown))) bat.write(file, text)
    })
    const [curve] = analysis.curves
    expect(curve!.spec.id).toBe('battery/machine')
    expect(curve!.between(0, analysis.end).machine / (15 * 720)).toBeCloseTo(1, 3)
  })
})

it('books nothing for a battery that was charged meanwhile', () => {
  const { machine, mains, bat } = laptop({ energy_now: '20000000' })
  const analysis = play(machine, 1200, second => {
    if (second === 10) mains.write('online', '1')
    if (second === 1190) {
      bat.write('energy_now', '60000000')
      mains.write('online', '0')
    }
    if (second === 1195) bat.write('energy_now', '59990000')
  })
  expect(analysis.curves[0]!.between(0, analysis.end).machine).toBeCloseTo(36, 3)
})

describe('a battery as a meter of the whole device', () => {
  it('stands in for the model where nothing measures the processor', () => {
    const { machine } = laptop({ power_now: '18000000' })
    const analysis = play(machine, 60)
    expect(analysis.curves.map(({ spec }) => spec.id)).toEqual(['battery/machine'])
    expect(analysis.curves[0]!.between(0, analysis.end).machine).toBeCloseTo(18 * 60)
  })

  it('has in it what else is measured', () => {
    const { machine } = laptop({ power_now: '18000000' })
    machine.addDevice(xeChip({ watts: 8 }))
    const analysis = play(machine, 60)
    expect(analysis.curves.map(({ spec }) => spec.id)).toEqual(['battery/machine'])
  })

  it('gives way to a counter of the processor', () => {
    const { machine } = laptop({ power_now: '18000000' }, { zones: [{ name: 'package-0', watts: 9 }] })
    const analysis = play(machine, 60)
    expect(analysis.curves.map(({ spec }) => spec.id)).toContain('powercap/package-0')
    expect(analysis.selection.get('battery/machine')).toMatchObject({
      state: 'superseded',
      reason: expect.stringContaining('powercap/package-0'),
    })
  })

  it('does not count the time on the mains as 0 W: it was not observed', () => {
    const { machine, mains } = laptop({ power_now: '18000000' })
    const analysis = play(machine, 60, second => {
      if (second === 30) mains.write('online', '1')
    })
    expect(analysis.coverage.get('battery/machine')).toBeCloseTo(0.5, 1)
    expect(analysis.curves[0]!.between(0, analysis.end).machine).toBeCloseTo(18 * 29)
  })
})

describe('a battery that cannot be used', () => {
  it.each([
    ['the adapter is plugged in', { status: 'Discharging' }, '1'],
    ['it is charging', { status: 'Charging' }, '0'],
    ['it is full', { status: 'Full' }, '0'],
  ])('says why: %s', (_, status, online) => {
    const { machine } = laptop({ power_now: '18000000', ...status }, { online })
    expect(probe(machine)).toMatchObject({
      sensors: [],
      unavailable: [{ id: 'battery', state: 'absent', reason: expect.stringContaining('mains') }],
    })
  })

  it('says why: it tells nothing of use', () => {
    expect(probe(laptop({ capacity: '80' }).machine).unavailable[0]).toMatchObject({ state: 'broken' })
  })

  it('is no word worth where there is none', () => {
    const machine = createSyntheticMachine()
    machines.push(machine)
    expect(probe(machine)).toEqual({ sensors: [], unavailable: [] })
  })
})

it('keeps the contract of sensors', () => {
  const { machine, mains } = laptop({ power_now: '18000000' })
  const spec = probe(machine).sensors[0]!
  const check = {
    spec,
    open: () => openBattery(spec),
    fail: () => mains.write('online', '1'),
    recover: () => mains.write('online', '0'),
  }
  for (const verify of testSensor(check).values()) verify()
})
