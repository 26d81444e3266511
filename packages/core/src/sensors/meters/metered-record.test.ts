// What a record makes of readings that come at their own pace.
import { describe, expect, it } from 'vitest'
import type { JournalEntry, ReadingEntry } from '../../journal/entry.js'
import { buildRecord } from '../../record/build-record.js'
import { packageCounter, scriptedRun, tickAt } from '../../testing/scripted-run.js'
import type { SensorSpec } from '../sensor.js'
import type { MeterOption } from './meter-option.js'
import { readMeters } from './read-meters.js'

const url = 'http://127.0.0.1:1'
const said = (seconds: number, raw: number | null, sensor = 'meter/shelly-gen2'): ReadingEntry => ({
  type: 'reading',
  t: Math.round(seconds * 1e9),
  sensor,
  raw,
  ...(raw === null && { error: 'ETIMEDOUT' }),
})
const stopAt = (seconds: number): JournalEntry => ({ type: 'stop', t: seconds * 1e9, status: 'finished' })

/** A package at 50 W for 20 s beside the meters. */
const record = (
  meters: readonly MeterOption[],
  readings: readonly ReadingEntry[],
  more: readonly SensorSpec[] = [],
) => {
  const run = scriptedRun({ sensors: [...readMeters(meters), packageCounter(), ...more] })
  const polled = more.filter(({ kind }) => kind !== 'model').map(() => 0)
  const ticks = Array.from({ length: 21 }, (_, second) => tickAt(second, [second * 50e6, ...polled]))
  return buildRecord(run, [...ticks, ...readings, stopAt(20)])
}
const joules = (built: ReturnType<typeof record>): number => built.energy.total_kwh!.value * 3.6e6
const stateOf = (built: ReturnType<typeof record>, id: string) =>
  built.sensors.find(sensor => sensor.id === id)

const plug: MeterOption = { type: 'shelly-gen2', url }
const every = (watts: number, from = 0.4, to = 20, step = 1): ReadingEntry[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => said(from + index * step, watts))

describe('a wall meter', () => {
  it('stands for all that it contains, from the first to the last moment of the run', () => {
    const built = record([plug], every(200))
    expect(joules(built)).toBeCloseTo(4000, 6)
    expect(stateOf(built, 'meter/shelly-gen2')).toMatchObject({ state: 'used', coverage: 1 })
    expect(stateOf(built, 'powercap/package-0')).toMatchObject({ state: 'superseded' })
    expect(built.energy.measured_share).toBe(1)
    expect(built.energy.components.cpu.reason).toContain('meter/shelly-gen2')
    expect(built.warnings).toEqual([])
  })

  it('that stops answering is a gap with a reason: neither 0 W nor its last value', () => {
    const readings = [...every(200, 0.5, 9.5), said(10.5, null), said(12.5, null), said(16.5, null)]
    const built = record([plug], readings)
    // Seen from 0 to 9.5 s.
    expect(joules(built)).toBeCloseTo(1900, 6)
    const { high } = built.energy.total_kwh!
    expect(high * 3.6e6).toBeCloseTo(1900 * 1.02 + 10.5 * 3680, 0)
    const sensor = stateOf(built, 'meter/shelly-gen2')!
    expect(sensor.coverage).toBeCloseTo(9.5 / 20, 6)
    expect(sensor.reason).toBe('3 of 13 questions were not answered: it did not answer in time')
    expect(built.warnings.map(({ code }) => code).sort()).toEqual(['COVERAGE_LOW', 'METER_SILENT'])
  })

  it('that never answered leaves its place to the sensors inside, and says so', () => {
    const built = record([plug], [said(0, null), said(1, null)])
    expect(joules(built)).toBeCloseTo(1000, 6)
    expect(stateOf(built, 'meter/shelly-gen2')).toMatchObject({
      state: 'broken',
      reason: 'no reading succeeded; 2 of 2 questions were not answered: it did not answer in time',
      remedy: expect.stringContaining('check url'),
    })
    expect(built.warnings).toMatchObject([{ code: 'METER_SILENT' }])
  })

  it('has one failed reading between two good ones as a gap, and books nothing for it', () => {
    const built = record([plug], [...every(100, 0, 9), said(10, null), ...every(100, 11, 20)])
    expect(joules(built)).toBeCloseTo(1800, 6)
  })

  it('reads power that changes by trapezoid at the times of its readings', () => {
    const built = record([plug], [said(0, 100), said(2, 300), said(4, 100), ...every(100, 6, 20, 2)])
    expect(joules(built)).toBeCloseTo(100 * 20 + 2 * 200, 6)
  })

  it('is joined by a second plug of the same machine', () => {
    const readings = [
      ...every(200),
      ...every(100).map(entry => ({ ...entry, sensor: 'meter/shelly-gen2-2' })),
    ]
    expect(joules(record([plug, plug], readings))).toBeCloseTo(6000, 6)
  })

  it('contains what another meter sees of a part', () => {
    const gpu: MeterOption = { type: 'constant', watts: 70, covers: ['gpu'] }
    const run = scriptedRun({ sensors: readMeters([gpu, plug]) })
    const ticks = Array.from({ length: 21 }, (_, second) => tickAt(second, [70]))
    const built = buildRecord(run, [...ticks, ...every(200), stopAt(20)])
    expect(joules(built)).toBeCloseTo(4000, 6)
    expect(stateOf(built, 'meter/constant')).toMatchObject({ state: 'superseded' })
  })

  it('is shared out like any sensor of the processor', () => {
    const run = scriptedRun({ sensors: readMeters([plug]), scope: 'process', staticPolicy: 'proportional' })
    const ticks = Array.from({ length: 21 }, (_, second) =>
      tickAt(second, [], [second, 4 * second, second / 4]),
    )
    const built = buildRecord(run, [...ticks, ...every(200), stopAt(20)])
    expect(joules(built)).toBeCloseTo(1000, 6)
    expect(built.energy.machine_kwh!.value * 3.6e6).toBeCloseTo(4000, 6)
  })
})

describe('a meter of a part', () => {
  const sensorOf = (id: string, covers: SensorSpec['covers']): SensorSpec =>
    packageCounter({
      id,
      device: id,
      domain: 'dram',
      component: covers[0]!,
      covers,
      kind: 'power_gauge',
      scale: 1,
    })

  it('replaces what measures that part, and leaves the others', () => {
    const kepler: MeterOption = { type: 'kepler', url }
    const built = record(
      [kepler],
      every(0, 0, 20, 5).map((entry, index) => ({ ...entry, sensor: 'meter/kepler', raw: index * 400 })),
      [sensorOf('hwmon/memory', ['memory']), sensorOf('hwmon/gpu', ['gpu'])],
    )
    expect(stateOf(built, 'powercap/package-0')!.state).toBe('superseded')
    expect(stateOf(built, 'hwmon/memory')!.state).toBe('superseded')
    expect(stateOf(built, 'hwmon/gpu')!.state).toBe('used')
    expect(joules(built)).toBeCloseTo(1600, 6)
  })

  it('with a counter that advances rarely is not taken for a frozen one', () => {
    const dcgm: MeterOption = { type: 'dcgm-exporter', url }
    const readings = Array.from({ length: 5 }, (_, index) => said(index * 5, 1e6, 'meter/dcgm-exporter'))
    expect(stateOf(record([dcgm], readings), 'meter/dcgm-exporter')!.state).toBe('used')
  })
})

describe('a constant', () => {
  it('is watts times time, assumed, and stands for what it covers', () => {
    const run = scriptedRun({
      sensors: [...readMeters([{ type: 'constant', watts: 120 }]), packageCounter()],
    })
    const ticks = Array.from({ length: 11 }, (_, second) => tickAt(second, [120, second * 50e6]))
    const built = buildRecord(run, [...ticks, stopAt(10)])
    expect(joules(built)).toBeCloseTo(1200, 6)
    expect(built.energy.total_kwh).toMatchObject({ tier: 'assumed' })
    expect(built.energy.measured_share).toBe(0)
  })
})
