import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gaugeCurve } from '../meter/gauge-curve.js'
import { Meter } from '../meter/meter.js'
import { ReadingSeries } from '../meter/reading-series.js'
import type { OpenSensor, SensorSpec } from '../sensors/sensor.js'
import { packageCounter, scriptedRun } from '../testing/scripted-run.js'
import { GaugePoller } from './gauge-poller.js'
import { readTick } from './sampler.js'

const gaugeSpec = (overrides: Partial<SensorSpec> = {}): SensorSpec => {
  const { wrapRaw: _, ...spec } = packageCounter({
    id: 'hwmon/gauge',
    provider: 'hwmon',
    device: 'gpu-0',
    kind: 'power_gauge',
    scale: 1,
    updatePeriodMs: 100,
    readAtBoundary: false,
    ...overrides,
  })
  return spec
}

/** Sensors that say what a function of time says; the clock is ours. */
const rig = (specs: readonly SensorSpec[], at: (spec: SensorSpec, seconds: number) => number) => {
  let seconds = 0
  const reads: string[] = []
  const sensors = specs.map(
    (spec): OpenSensor => ({
      spec,
      read: () => {
        reads.push(spec.id)
        return at(spec, seconds)
      },
      error: () => undefined,
      close: () => {},
    }),
  )
  const clock = (): number => Math.round(seconds * 1e9)
  const poller = new GaugePoller(sensors, clock)
  const meter = new Meter(scriptedRun({ sensors: specs }))
  /** What the sampler's thread does in a second, ten polls and a round. */
  const second = (polls = 10): void => {
    const from = seconds
    for (let poll = 1; poll < polls; poll++) {
      seconds = from + poll / polls
      if (Number.isFinite(poller.periodMs)) poller.poll()
    }
    seconds = from + 1
    round()
  }
  const round = (): void => {
    const tick = readTick(clock, sensors, undefined)
    const m = poller.endRound(tick)
    meter.add(m ? { ...tick, m } : tick)
  }
  const joules = (id: string): number => {
    const { curves, end } = meter.analyse()
    return curves.find(({ spec }) => spec.id === id)!.between(0, end).machine
  }
  return { second, round, joules, reads, meter, poller }
}

describe('a gauge between rounds', () => {
  it('is integrated ten times as finely as the journal is written', () => {
    // 300 W for a tenth of each second, just not when the rounds come.
    const watts = (_: SensorSpec, seconds: number): number => (Math.round((seconds % 1) * 10) === 5 ? 300 : 0)
    const fine = rig([gaugeSpec()], watts)
    const coarse = rig([gaugeSpec()], watts)
    fine.round()
    coarse.round()
    for (let i = 0; i < 60; i++) {
      fine.second()
      coarse.second(1)
    }
    expect(fine.joules('hwmon/gauge')).toBeCloseTo(60 * 30, 6)
    expect(coarse.joules('hwmon/gauge')).toBe(0)
  })

  it('is left alone while a counter of the same device moves, and asked again when it stands still', () => {
    let stuck = false
    const counter = packageCounter({
      id: 'nvidia/0',
      device: 'gpu-0',
      contains: ['nvidia/0/power'],
      scale: 1e-3,
    })
    const gauge = gaugeSpec({ id: 'nvidia/0/power' })
    const { second, round, reads } = rig([counter, gauge], (spec, seconds) =>
      spec.kind === 'power_gauge' ? 200 : stuck ? 1 : seconds * 200_000,
    )
    const asked = (): number => reads.splice(0).filter(id => id === gauge.id).length
    round()
    asked()
    second()
    second()
    asked()
    second()
    expect(asked()).toBe(1)
    stuck = true
    second()
    second()
    asked()
    second()
    expect(asked()).toBe(10)
  })

  it('of a GPU is asked ten times a second, another four times, and one that nobody of ours has open not at all', () => {
    const { poller } = rig([gaugeSpec({ component: 'gpu', covers: ['gpu'] })], () => 100)
    expect(poller.periodMs).toBe(100)
    expect(rig([gaugeSpec()], () => 100).poller.periodMs).toBe(250)
    const round = (ours: number) => ({ t: 1e9, r: [100], d: { 'gpu-0': [ours, 0, 0, null, 0, 0] as const } })
    poller.endRound(round(0))
    expect(poller.periodMs).toBe(Number.POSITIVE_INFINITY)
    poller.endRound({ ...round(1), t: 2e9 })
    expect(poller.periodMs).toBe(100)
  })

  it('that is refreshed slowly is not asked in between', () => {
    const { poller } = rig([gaugeSpec({ updatePeriodMs: 1000 })], () => 100)
    expect(poller.periodMs).toBe(Number.POSITIVE_INFINITY)
  })

  it('that failed once in between has no mean: the readings of the rounds stand for it', () => {
    const { second, round, meter } = rig([gaugeSpec()], (_, seconds) =>
      Math.abs(seconds - 2.5) < 0.01 ? Number.NaN : 100,
    )
    round()
    for (let i = 0; i < 5; i++) second()
    const { curves, end } = meter.analyse()
    expect(curves[0]!.between(0, end)).toMatchObject({ machine: expect.closeTo(500, 6), unobserved: 0 })
  })

  it('has no mean over a silence of the thread', () => {
    let seconds = 0
    const sensor: OpenSensor = {
      spec: gaugeSpec(),
      read: () => 100,
      error: () => undefined,
      close: () => {},
    }
    const poller = new GaugePoller([sensor], () => seconds * 1e9)
    poller.endRound({ t: 0, r: [100] })
    seconds = 0.1
    poller.poll()
    expect(poller.endRound({ t: 7200e9, r: [100] })).toBeUndefined()
  })
})

describe('means in the curve of a gauge', () => {
  it('make it exact for any power, wherever rounds and other readings lie', () => {
    const stretch = fc.record({
      seconds: fc.double({ min: 0.2, max: 2, noNaN: true }),
      watts: fc.double({ min: 0, max: 500, noNaN: true }),
      others: fc.array(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { maxLength: 3 }),
    })
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 20 }), stretches => {
        const series = new ReadingSeries()
        series.add(0, 42)
        const means = []
        let at = 0
        let truth = 0
        for (const { seconds, watts, others } of stretches) {
          const to = at + Math.round(seconds * 1e9)
          for (const other of others) series.add(at + Math.round(other * (to - at)), 7)
          series.add(to, 42)
          means.push({ from: at, to, raw: watts })
          truth += (watts * (to - at)) / 1e9
          at = to
        }
        const { joules, unobservedSeconds } = gaugeCurve(gaugeSpec(), series, 1000, means).between(0, at)
        expect(joules).toBeCloseTo(truth, 6)
        expect(unobservedSeconds).toBeCloseTo(0, 9)
      }),
      { numRuns: 100 },
    )
  })
})
