// The engine against a machine whose joules are known: real discovery, real file reads, wraps and kernel rounding
// included. What a perfect reader of the files would get must be met to a microjoule.
import { amdMirroredZones, intelLaptopZones, intelServerZones, type ZoneOptions } from '@epochwatt/testing'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { RunEntry } from '../journal/entry.js'
import { buildRecord } from '../record/build-record.js'
import { MachineRun } from './machine-run.js'

const runs: MachineRun[] = []
const runOn = (zones: readonly ZoneOptions[], overrides: Partial<RunEntry> = {}, seed = 1): MachineRun => {
  const run = new MachineRun(zones, overrides, seed)
  runs.push(run)
  return run
}
afterEach(() => {
  for (const run of runs.splice(0)) run.dispose()
})

const MICROJOULE_KWH = 1e-6 / 3.6e6

/** Microjoules that a record's figure is away from what the files really showed. */
const microjoules = (kwh: number | undefined): number => (kwh ?? Number.NaN) / MICROJOULE_KWH

interface Step {
  readonly seconds: number
  readonly watts: number
  readonly action: 'tick' | 'epoch' | 'nothing'
}

const step: fc.Arbitrary<Step> = fc.record({
  seconds: fc.double({ min: 0.005, max: 20, noNaN: true }),
  watts: fc.double({ min: 1, max: 250, noNaN: true }),
  action: fc.constantFrom('tick', 'epoch', 'nothing' as const) as fc.Arbitrary<Step['action']>,
})
const steps = fc.array(step, { minLength: 3, maxLength: 30 })

/** Plays steps on package-0 and, at the fifth of it, on its memory. Registers start wherever the seed puts them. */
const play = (run: MachineRun, script: readonly Step[]): void => {
  run.tick()
  let end: (() => void) | undefined
  for (const { seconds, watts, action } of script) {
    run.machine.setPower('package-0', watts)
    run.machine.setPower('package-0/dram', watts / 5)
    if (action === 'epoch') {
      end?.()
      end = run.begin()
    }
    run.machine.advance(seconds)
    if (action === 'tick') run.tick()
  }
  end?.()
  run.tick()
}

const visible = (run: MachineRun, zones: readonly string[]): number =>
  zones.reduce(
    (sum, zone) => sum + (run.machine.visibleMicrojoules(zone, 0, run.machine.now) ?? Number.NaN),
    0,
  )

const server = intelServerZones(1)
const both = ['package-0', 'package-0/dram']

describe('the engine against known joules', () => {
  it('meets what the files showed to a microjoule, through wraps, whatever the power does', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 1000 }), (script, seed) => {
        const run = runOn(server, {}, seed)
        play(run, script)
        const { energy } = run.record()
        expect(Math.abs(microjoules(energy.total_kwh?.value) - visible(run, both))).toBeLessThanOrEqual(1)
        run.dispose()
        runs.pop()
      }),
      { numRuns: 60 },
    )
  })

  it('is within the register step of what really flowed', () => {
    const run = runOn(server)
    play(run, [{ seconds: 12.5, watts: 133, action: 'epoch' }])
    const truth = both.reduce((sum, zone) => sum + run.machine.truthJoules(zone, 0, run.machine.now), 0)
    // Two registers, a step of 61 µJ each, and their rounding of −3 and −52 ppm.
    expect(Math.abs((run.record().energy.total_kwh?.value ?? 0) * 3.6e6 - truth)).toBeLessThan(
      truth * 60e-6 + 2e-4,
    )
  })

  it('epochs and the time outside them are the run', () => {
    fc.assert(
      fc.property(steps, script => {
        const run = runOn(server)
        play(run, script)
        const record = run.record()
        const parts = record.epochs.map(({ energy_kwh }) => energy_kwh?.value ?? 0)
        const sum = parts.reduce((a, b) => a + b, record.outside_epochs.energy_kwh?.value ?? 0)
        expect(Math.abs(microjoules(sum - (record.energy.total_kwh?.value ?? 0)))).toBeLessThanOrEqual(1)
        run.dispose()
        runs.pop()
      }),
      { numRuns: 40 },
    )
  })

  it('gives an epoch of 5 ms its own energy', () => {
    const run = runOn(server)
    run.tick()
    run.machine.setPower('package-0', 200)
    run.machine.advance(0.7)
    run.machine.setPower('package-0', 100)
    const end = run.begin()
    const from = run.machine.now
    run.machine.advance(0.005)
    end()
    const to = run.machine.now
    run.machine.setPower('package-0', 30)
    run.machine.advance(0.7)
    run.tick()
    const [epoch] = run.record().epochs
    const shown = both.reduce((sum, zone) => sum + (run.machine.visibleMicrojoules(zone, from, to) ?? 0), 0)
    expect(microjoules(epoch?.energy_kwh?.value)).toBeCloseTo(shown, 0)
  })

  it('changes nothing for readings taken more often', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.integer({ min: 0, max: 29 })), (script, extra) => {
        const sparse = runOn(server, {}, 7)
        play(
          sparse,
          script.map(each => ({ ...each, action: 'nothing' })),
        )
        const dense = runOn(server, {}, 7)
        play(
          dense,
          script.map((each, index) => ({ ...each, action: extra.includes(index) ? 'tick' : 'nothing' })),
        )
        const [a, b] = [sparse, dense].map(run => microjoules(run.record().energy.total_kwh?.value))
        expect(Math.abs(a! - b!)).toBeLessThanOrEqual(1)
        for (const run of runs.splice(0)) run.dispose()
      }),
      { numRuns: 30 },
    )
  })

  it('changes nothing for a register that starts somewhere else', () => {
    const totals = [0, 1, 2 ** 31, 2 ** 32 - 5].map(startTicks => {
      const run = runOn([{ name: 'package-0', startTicks, limitsWatts: [270] }])
      run.tick()
      run.machine.setPower('package-0', 97)
      for (let second = 0; second < 20; second++) {
        run.machine.advance(1)
        run.tick()
      }
      return (run.record().energy.total_kwh?.value ?? 0) * 3.6e6
    })
    // A register step more or less at the edges, and a microjoule of rounding a wrap.
    for (const total of totals) expect(Math.abs(total - 97 * 20)).toBeLessThan(97 * 20 * 60e-6 + 2e-4)
  })

  it('changes nothing when core, uncore, psys or an mmio copy is there as well', () => {
    const played = (zones: readonly ZoneOptions[]): number => {
      const run = runOn(zones)
      run.tick()
      for (let second = 0; second < 10; second++) {
        run.machine.advance(1)
        run.tick()
      }
      return (run.record().energy.components.cpu.kwh?.value ?? Number.NaN) * 3.6e6
    }
    const [packageZone] = intelLaptopZones()
    expect(played(intelLaptopZones())).toBeCloseTo(played([packageZone!]), 2)
    expect(played(intelLaptopZones())).toBeCloseTo(96.1, 1)
  })

  it('counts mirrored dies once', () => {
    const run = runOn(amdMirroredZones(2, 68))
    for (let second = 0; second <= 10; second++) {
      run.tick()
      run.machine.advance(1)
    }
    run.tick()
    expect((run.record().energy.components.cpu.kwh?.value ?? 0) * 3.6e6).toBeCloseTo(68 * 11, 0)
  })

  it('a failed read lowers coverage and never raises energy', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 4, maxLength: 25 }),
        fc.constantFrom('garbage', 'missing', 'empty' as const),
        (broken, fault) => {
          const run = runOn(server)
          run.tick()
          run.machine.setPower('package-0', 120)
          for (const isBroken of broken) {
            run.machine.advance(1)
            if (isBroken) run.machine.breakFile('package-0', fault as 'garbage')
            run.tick()
            if (isBroken) run.machine.repairFile('package-0')
          }
          const record = run.record()
          const used = record.sensors.find(({ id }) => id === 'powercap/package-0')
          const truth = run.machine.visibleMicrojoules('package-0', 0, run.machine.now) ?? 0
          const cpu = microjoules(record.energy.components.cpu.kwh?.value)
          if (broken.every(Boolean)) expect(used?.coverage).toBe(0)
          else expect(cpu).toBeLessThanOrEqual(truth + 1)
          const failed = broken.filter(Boolean).length
          // A file that was gone is looked for again once a second at most, so one more reading may be missing.
          expect(used?.coverage ?? 0).toBeLessThanOrEqual(1 - failed / broken.length + 1e-6)
          run.dispose()
          runs.pop()
        },
      ),
      { numRuns: 40 },
    )
  })

  it('a zone that vanishes and comes back is a gap, and what it counted meanwhile is not invented', () => {
    const run = runOn(server)
    const second = (count: number): void => {
      for (let i = 0; i < count; i++) {
        run.machine.advance(1)
        run.tick()
      }
    }
    run.tick()
    second(5)
    run.machine.removeZone('package-0')
    second(5)
    run.machine.restoreZone('package-0')
    second(5)
    const record = run.record()
    const truth = (run.machine.visibleMicrojoules('package-0', 0, run.machine.now) ?? 0) / 1e6
    const cpu = record.energy.components.cpu.kwh
    expect((cpu?.value ?? 0) * 3.6e6).toBeLessThanOrEqual(truth + 1e-6)
    expect((cpu?.high ?? 0) * 3.6e6).toBeGreaterThanOrEqual(truth)
    expect(record.sensors.find(({ id }) => id === 'powercap/package-0')?.coverage).toBeLessThan(0.75)
    expect(record.warnings.map(({ code }) => code)).toContain('COVERAGE_LOW')
  })

  it('a register zeroed by suspend adds what it shows since, and says so', () => {
    const run = runOn([{ name: 'package-0', watts: 80, startTicks: 3_000_000_000, limitsWatts: [270] }])
    run.tick()
    run.machine.advance(5)
    run.tick()
    run.machine.resetCounter('package-0')
    run.machine.advance(1)
    run.tick()
    const record = run.record()
    const joules = (record.energy.total_kwh?.value ?? 0) * 3.6e6
    expect(joules).toBeGreaterThan(5 * 80 - 1)
    expect(joules).toBeLessThanOrEqual(6 * 80)
    expect(record.warnings.map(({ code }) => code)).toContain('COUNTER_IRREGULAR')
  })

  it('a step of the wall clock changes nothing: it is not among the inputs', () => {
    const run = runOn(server)
    play(run, [{ seconds: 3, watts: 50, action: 'epoch' }])
    const record = run.record()
    const later = { ...run.run, startedAt: '2031-06-01T00:00:00.000Z' }
    expect(buildRecord(later, run.entries).energy).toEqual(record.energy)
  })
})
