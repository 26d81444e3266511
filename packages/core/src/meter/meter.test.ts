import { describe, expect, it } from 'vitest'
import type { JournalEntry, RunEntry } from '../journal/entry.js'
import { spanEnergy } from '../record/span-energy.js'
import { packageCounter, scriptedRun, tickAt, windowAt } from '../testing/scripted-run.js'
import { Meter } from './meter.js'

const analyse = (run: RunEntry, entries: readonly JournalEntry[]) => {
  const meter = new Meter(run)
  for (const entry of entries) meter.add(entry)
  return meter.analyse()
}

const joules = (run: RunEntry, entries: readonly JournalEntry[]): number => {
  const analysis = analyse(run, entries)
  return (spanEnergy(analysis, [[0, analysis.end]]).total?.value ?? Number.NaN) * 3.6e6
}

const dram = packageCounter({ id: 'powercap/dram', domain: 'dram', component: 'memory', covers: ['memory'] })

describe('Meter', () => {
  it('gives 720 kJ for an hour at 200 W over a counter of 262 kJ', () => {
    const range = packageCounter().wrapRaw!
    const ticks = Array.from({ length: 3601 }, (_, s) =>
      tickAt(s, [(s * 200_000_000 + 5_000_000_000) % range]),
    )
    expect(joules(scriptedRun(), ticks)).toBeCloseTo(720_000, 3)
  })

  it('gives 0.11 kWh for a package at 100 W and memory at 10 W for an hour', () => {
    const run = scriptedRun({ sensors: [packageCounter(), dram] })
    const ticks = Array.from({ length: 3601 }, (_, s) => tickAt(s, [s * 100_000_000, s * 10_000_000]))
    expect(joules(run, ticks) / 3.6e6).toBeCloseTo(0.11, 9)
  })

  it('adds 0 J for one failed read between two good ones, and lowers coverage', () => {
    const good = [0, 1, 2, 3, 4].map(s => tickAt(s, [s * 50_000_000]))
    const withFailure = good.map((tick, s) => (s === 2 ? tickAt(2, [null]) : tick))
    expect(joules(scriptedRun(), withFailure)).toBe(joules(scriptedRun(), good))
    const id = packageCounter().id
    expect(analyse(scriptedRun(), good).coverage.get(id)).toBe(1)
    expect(analyse(scriptedRun(), withFailure).coverage.get(id)).toBeCloseTo(0.75)
  })

  it('leaves what was never observed out of the value and puts it into the upper bound', () => {
    const run = scriptedRun()
    const analysis = analyse(run, [tickAt(0, [0]), tickAt(1, [10_000_000]), tickAt(2, [null])])
    const { total } = spanEnergy(analysis, [[0, 2e9]])
    expect(total!.value * 3.6e6).toBeCloseTo(10)
    expect(total!.high * 3.6e6).toBeCloseTo(10 + 300)
  })

  it('counts two mirrored package zones once and two genuine sockets twice', () => {
    const socket = (index: number) =>
      packageCounter({ id: `powercap/package-${index}`, device: `socket-${index}` })
    const run = scriptedRun({ sensors: [socket(0), socket(1)] })
    const mirrored = [0, 1, 2, 3, 4].map(s => tickAt(s, [1e9 + s * 60e6, 1e9 + s * 60e6]))
    const genuine = [0, 1, 2, 3, 4].map(s => tickAt(s, [1e9 + s * 60e6, 7e9 + s * 60e6]))
    expect(joules(run, mirrored)).toBeCloseTo(240)
    expect(analyse(run, mirrored).selection.get('powercap/package-1')).toMatchObject({ state: 'mirrored' })
    expect(joules(run, genuine)).toBeCloseTo(480)
  })

  it('gives way to the model when a counter stands still', () => {
    const model = packageCounter({
      id: 'model/cpu',
      provider: 'model',
      kind: 'model',
      tier: 'modelled',
      wattsByUtilisation: [10, 50],
    })
    const run = scriptedRun({ sensors: [packageCounter(), model] })
    const frozen = [0, 1, 2, 3, 4, 5].map(s => tickAt(s, [42], [s, 4 * s, s]))
    const analysis = analyse(run, frozen)
    expect(analysis.selection.get('powercap/package-0')).toMatchObject({ state: 'frozen' })
    expect(analysis.selection.get('model/cpu')).toMatchObject({ state: 'used' })
    expect(joules(run, frozen)).toBeCloseTo(5 * 20)
  })

  it('prefers a platform meter that was asked for, and leaves it out otherwise', () => {
    const psys = packageCounter({
      id: 'powercap/psys',
      domain: 'platform',
      covers: ['cpu', 'memory', 'other'],
      component: 'other',
      contains: ['powercap/package-0'],
      optIn: 'psys',
    })
    const ticks = [0, 1, 2].map(s => tickAt(s, [s * 30e6, s * 50e6]))
    const sensors = [packageCounter(), psys]
    expect(joules(scriptedRun({ sensors }), ticks)).toBeCloseTo(60)
    expect(joules(scriptedRun({ sensors, optIns: ['psys'] }), ticks)).toBeCloseTo(100)
  })

  it('does not bridge a gap of a gauge', () => {
    const gauge = packageCounter({
      id: 'gauge',
      kind: 'power_gauge',
      scale: 1,
      wrapRaw: undefined,
      updatePeriodMs: 1000,
    })
    const run = scriptedRun({ sensors: [gauge] })
    const steady = [0, 1, 2, 3].map(s => tickAt(s, [100]))
    expect(joules(run, steady)).toBeCloseTo(300)
    expect(joules(run, [...steady, tickAt(60, [100])])).toBeCloseTo(300)
    expect(joules(run, [tickAt(0, [100]), tickAt(1, [null]), tickAt(2, [100])])).toBeCloseTo(0)
  })

  it('takes entries in any order of arrival', () => {
    const ticks = [0, 1, 2, 3, 4].map(s => tickAt(s, [s * 50_000_000 + (s % 2)], [s, 4 * s, s / 2]))
    const shuffled = [3, 0, 4, 1, 2].map(index => ticks[index]!)
    expect(joules(scriptedRun(), shuffled)).toBe(joules(scriptedRun(), ticks))
  })
})

describe('a meter that forgets detail', () => {
  it('keeps all energy of a counter and the edges of every window', () => {
    const range = packageCounter().wrapRaw!
    const run = scriptedRun()
    const ticks = Array.from({ length: 4000 }, (_, s) =>
      tickAt(s, [(s * 150_000_000 + (s % 7) * 1000) % range]),
    )
    const edges = windowAt(1, 100.25, 101.75, [[15_037_500_000], [15_262_500_000]])
    const [full, thin] = [new Meter(run), new Meter(run)]
    for (const entry of [...ticks, ...edges]) {
      full.add(entry)
      thin.add(entry)
    }
    thin.thin(3000e9, 30e9)
    const joulesOf = (meter: Meter, from: number, to: number): number =>
      (spanEnergy(meter.analyse(), [[from * 1e9, to * 1e9]]).total?.value ?? Number.NaN) * 3.6e6
    expect(joulesOf(thin, 0, 3999)).toBeCloseTo(joulesOf(full, 0, 3999), 6)
    expect(joulesOf(thin, 100.25, 101.75)).toBeCloseTo(225, 6)
    expect(joulesOf(thin, 3500, 3600)).toBeCloseTo(joulesOf(full, 3500, 3600), 6)
    expect(thin.analyse().curves[0]!.times.length).toBeLessThan(1200)
  })

  it('keeps few of the readings of days, however short the windows were', () => {
    const run = scriptedRun()
    const meter = new Meter(run)
    const raw = (second: number): number => second * 150e6
    // Four windows a second would be 40 000 edges.
    for (let second = 0; second < 5000; second++) {
      meter.add(tickAt(second, [raw(second)]))
      for (let quarter = 0; quarter < 4; quarter++) {
        const [from, to] = [second + quarter / 4 + 0.01, second + quarter / 4 + 0.24]
        for (const edge of windowAt(4 * second + quarter, from, to, [[raw(from)], [raw(to)]])) meter.add(edge)
      }
      if (second % 500 === 499) meter.thin((second - 300) * 1e9, 30e9)
    }
    const joulesOf = (from: number, to: number): number => {
      const { dynamic, static: idle } = meter.analyse().curves[0]!.between(from * 1e9, to * 1e9)
      return dynamic + idle
    }
    expect(meter.analyse().curves[0]!.times.length).toBeLessThan(20_000)
    expect(joulesOf(0, 4000)).toBeCloseTo(600_000, 3)
    // The last ones as exactly as ever.
    expect(joulesOf(4990.01, 4990.24)).toBeCloseTo(0.23 * 150, 6)
  })

  it('keeps the energy of a meter at its own pace, and the last count of processes', () => {
    const meterSpec = packageCounter({
      id: 'meter/plug',
      kind: 'power_gauge',
      scale: 1,
      updatePeriodMs: 1000,
      ownPace: true,
    })
    const run = scriptedRun({ sensors: [meterSpec] })
    const [full, thin] = [new Meter(run), new Meter(run)]
    for (const each of [full, thin]) {
      for (let second = 0; second <= 4000; second++) {
        each.add({ ...tickAt(second, []), p: [1, 1 + (second % 3)] })
        each.add({ type: 'reading', t: second * 1e9, sensor: 'meter/plug', raw: 100 + (second % 10) })
      }
    }
    thin.thin(3600e9, 30e9)
    const joulesOf = (meter: Meter, from: number, to: number): number => {
      const { dynamic, static: idle } = meter.analyse().curves[0]!.between(from * 1e9, to * 1e9)
      return dynamic + idle
    }
    expect(joulesOf(thin, 0, 4000)).toBeCloseTo(joulesOf(full, 0, 4000), 3)
    expect(joulesOf(thin, 3700, 3720)).toBeCloseTo(joulesOf(full, 3700, 3720), 6)
    expect(thin.analyse().curves[0]!.times.length).toBeLessThan(700)
    expect(thin.analyse().countedActive).toBe(true)
  })
})
