import { describe, expect, it } from 'vitest'
import { buildRecord } from '../record/build-record.js'
import type { SensorSpec } from '../sensors/sensor.js'
import { packageCounter, scriptedRun, tickAt } from '../testing/scripted-run.js'

const SECONDS = Array.from({ length: 31 }, (_, second) => second)

const gauge = (overrides: Partial<SensorSpec> = {}): SensorSpec => {
  const { wrapRaw: _, ...spec } = packageCounter({
    id: 'hwmon/gauge',
    provider: 'hwmon',
    kind: 'power_gauge',
    scale: 1,
    readAtBoundary: false,
    ...overrides,
  })
  return spec
}

const model = packageCounter({
  id: 'model/cpu',
  provider: 'model',
  domain: 'platform',
  device: 'machine',
  kind: 'model',
  tier: 'modelled',
  wattsByUtilisation: [10, 50],
})

const sensorsOf = (sensors: readonly SensorSpec[], raws: (second: number) => (number | null)[]) =>
  buildRecord(
    scriptedRun({ sensors }),
    SECONDS.map(second => tickAt(second, raws(second), [second, 4 * second, second])),
  ).sensors

const stateOf = (
  sensors: readonly SensorSpec[],
  raws: (second: number) => (number | null)[],
  id = 'powercap/package-0',
) => sensorsOf(sensors, raws).find(sensor => sensor.id === id)

describe('the self-check drops with a reason', () => {
  it('a frozen counter', () => {
    expect(stateOf([packageCounter(), model], () => [7])).toMatchObject({
      state: 'frozen',
      reason: expect.stringContaining('did not advance in 30 s'),
    })
  })

  it('a mirrored counter', () => {
    const twin = packageCounter({ id: 'powercap/package-1', device: 'socket-1' })
    const raws = (second: number): number[] => [second * 50e6, second * 50e6]
    expect(stateOf([packageCounter(), twin], raws, 'powercap/package-1')).toMatchObject({
      state: 'mirrored',
      reason: expect.stringContaining('powercap/package-0'),
    })
  })

  it('an implausible counter: steps that this hardware cannot make', () => {
    const { wrapRaw: _, ...counter } = packageCounter({ maxPowerWatts: 300 })
    expect(stateOf([counter, model], second => [second * 5e9])).toMatchObject({
      state: 'implausible',
      reason: expect.stringMatching(/30 of 30 steps .*at most 300 W/),
    })
  })

  it('an implausible counter: one that contradicts the gauge of its device', () => {
    // 5 W by the counter, 200 W by the gauge.
    const raws = (second: number): number[] => [second * 5e6, 200]
    const sensors = sensorsOf([packageCounter(), gauge()], raws)
    expect(sensors[0]).toMatchObject({
      state: 'implausible',
      reason: 'the counter says 5.00 W where hwmon/gauge says 200 W',
    })
    expect(sensors[1]).toMatchObject({ state: 'used' })
  })

  it('an implausible gauge: readings that this hardware cannot draw', () => {
    const board = gauge({ maxPowerWatts: 300 })
    expect(stateOf([board, model], () => [2e302], board.id)).toMatchObject({
      state: 'implausible',
      reason: expect.stringMatching(/31 of 31 readings .*at most 300 W/),
    })
  })

  it('and the next best source takes its place, also for the time before anybody knew', () => {
    const record = buildRecord(
      scriptedRun({ sensors: [packageCounter(), model] }),
      SECONDS.map(second => tickAt(second, [7], [second, 4 * second, second])),
    )
    expect(record.energy.total_kwh!.value * 3.6e6).toBeCloseTo(30 * 20)
  })
})

describe('the self-check keeps', () => {
  it('a counter that its gauge confirms, and counts the device once', () => {
    const record = buildRecord(
      scriptedRun({ sensors: [packageCounter(), gauge()] }),
      SECONDS.map(second => tickAt(second, [second * 50e6, 55])),
    )
    expect(record.energy.total_kwh!.value * 3.6e6).toBeCloseTo(30 * 50)
    expect(record.sensors[1]).toMatchObject({ state: 'superseded' })
  })

  it('a counter that made one impossible step', () => {
    const raws = (second: number): number[] => [second * 50e6 + (second > 15 ? 1e11 : 0)]
    expect(stateOf([packageCounter(), model], raws)).toMatchObject({ state: 'used' })
  })

  it.each([2e302, -5])('a gauge that said %d W once: that reading is a gap, not energy', watts => {
    const record = buildRecord(
      scriptedRun({ sensors: [gauge({ maxPowerWatts: 300 })] }),
      SECONDS.map(second => tickAt(second, [second === 15 ? watts : 100])),
    )
    expect(record.sensors[0]).toMatchObject({ state: 'used', coverage: expect.closeTo(28 / 30) })
    expect(record.energy.total_kwh!.value * 3.6e6).toBeCloseTo(28 * 100)
    expect(record.warnings).toContainEqual(expect.objectContaining({ code: 'COUNTER_IRREGULAR' }))
  })

  it('a gauge that passes its limit for a moment', () => {
    const raws = (second: number): number[] => [second === 15 ? 620 : 290]
    expect(stateOf([gauge({ maxPowerWatts: 300 })], raws, 'hwmon/gauge')).toMatchObject({
      state: 'used',
      coverage: 1,
    })
  })

  it('a counter that is refreshed every half minute', () => {
    const slow = packageCounter({ updatePeriodMs: 30_000 })
    expect(stateOf([slow, model], second => [second < 30 ? 0 : 900e6])).toMatchObject({ state: 'used' })
  })
})
