// What other tools have shipped wrong, each as a test of its own name. Some are tested in more depth elsewhere.
import { createSyntheticMachine, SELF_PID } from '@epochwatt/testing'
import { describe, expect, it } from 'vitest'
import type { JournalEntry, RunEntry } from '../journal/entry.js'
import { buildRecord } from '../record/build-record.js'
import { readTick } from '../sampler/sampler.js'
import { probeEnvironment } from '../sensors/environment.js'
import { openSensors } from '../sensors/openers.js'
import { discoverSensors } from '../sensors/registry.js'
import type { SensorSpec } from '../sensors/sensor.js'
import { openUsageSource } from '../sensors/usage/open-usage-source.js'
import { packageCounter, scriptedRun, tickAt } from '../testing/scripted-run.js'

const HOUR = Array.from({ length: 3601 }, (_, second) => second)
const RANGE = packageCounter().wrapRaw!

const joules = (run: RunEntry, entries: readonly JournalEntry[]): number =>
  (buildRecord(run, entries).energy.total_kwh?.value ?? Number.NaN) * 3.6e6

const counter = (overrides: Partial<SensorSpec>): SensorSpec => {
  const { wrapRaw: _, ...spec } = packageCounter(overrides)
  return spec
}

describe('trap', () => {
  it('one failed read between two good ones adds 0 J', () => {
    const ticks = HOUR.slice(0, 11).map(second => tickAt(second, [second === 5 ? null : second * 100e6]))
    expect(joules(scriptedRun(), ticks)).toBeCloseTo(1000, 6)
  })

  it('200 W for an hour over a counter of 262 kJ gives 720 kJ', () => {
    const ticks = HOUR.map(second => tickAt(second, [(second * 200e6 + 100e9) % RANGE]))
    expect(joules(scriptedRun(), ticks)).toBeCloseTo(720_000, 3)
  })

  it('4 GPUs × 300 W × 1 h give 1.2 kWh', () => {
    const boards = [0, 1, 2, 3].map(index =>
      counter({
        id: `nvidia/${index}`,
        provider: 'nvidia',
        domain: 'gpu',
        device: `gpu-${index}`,
        component: 'gpu',
        covers: ['gpu'],
        scale: 1e-3,
        maxPowerWatts: 700,
      }),
    )
    const ticks = HOUR.map(second => tickAt(second, Array(4).fill(second * 300_000)))
    expect(joules(scriptedRun({ sensors: boards }), ticks) / 3.6e6).toBeCloseTo(1.2, 9)
  })

  it('package 100 W + memory 10 W for an hour give 0.11 kWh', () => {
    const memory = packageCounter({
      id: 'powercap/dram',
      domain: 'dram',
      component: 'memory',
      covers: ['memory'],
    })
    const ticks = HOUR.map(second => tickAt(second, [(second * 100e6) % RANGE, second * 10e6]))
    const run = scriptedRun({ sensors: [packageCounter(), memory] })
    expect(joules(run, ticks) / 3.6e6).toBeCloseTo(0.11, 9)
  })

  it('two mirrored package zones count once, two genuine sockets twice', () => {
    const sensors = [0, 1].map(socket =>
      packageCounter({ id: `powercap/package-${socket}`, device: `socket-${socket}` }),
    )
    const ticks = (offset: number) =>
      HOUR.slice(0, 61).map(second => tickAt(second, [second * 60e6, second * 60e6 + offset]))
    expect(joules(scriptedRun({ sensors }), ticks(0))).toBeCloseTo(3600, 6)
    expect(joules(scriptedRun({ sensors }), ticks(5e9))).toBeCloseTo(7200, 6)
  })

  it('suspend does not add energy: the counter begins again at 0', () => {
    // 200 kJ on the counter before the lid closes, 60 J a second after it opens: a naive wrap would book 62 kJ.
    const before = [0, 1, 2, 3].map(second => tickAt(second, [200e9 + second * 60e6]))
    const after = [4, 5, 6].map(second => tickAt(second, [(second - 3) * 60e6]))
    const record = buildRecord(scriptedRun(), [...before, ...after])
    expect(record.energy.total_kwh!.value * 3.6e6).toBeCloseTo(6 * 60, 6)
    expect(record.warnings.map(({ code }) => code)).toContain('COUNTER_IRREGULAR')
  })

  it('suspend does not add energy: the gauge was not read meanwhile', () => {
    // The monotonic clock stands still in suspend, and gauges are not bridged where it does not (Windows, containers).
    const gauge = counter({ id: 'hwmon/gauge', kind: 'power_gauge', scale: 1 })
    const ticks = [0, 1, 2, 7200, 7201].map(second => tickAt(second, [50]))
    expect(joules(scriptedRun({ sensors: [gauge] }), ticks)).toBeCloseTo(3 * 50, 6)
  })

  it('an idle process on a busy machine is not billed for it', () => {
    const machine = createSyntheticMachine({
      zones: [{ name: 'package-0', watts: 180 }],
      cpu: { threads: 16 },
    })
    machine.setBackground(14)
    const environment = probeEnvironment(machine.env)
    const { sensors: specs } = discoverSensors(environment)
    const sensors = openSensors(specs, environment, { now: () => machine.now * 1000 })
    const usage = openUsageSource(environment, { now: () => machine.now * 1000 })
    const run = scriptedRun({ sensors: specs, scope: 'process', staticPolicy: 'proportional' })
    const entries: JournalEntry[] = []
    for (let second = 0; second <= 60; second++) {
      entries.push(readTick(() => Number(machine.nowNs), sensors, usage))
      machine.advance(1)
    }
    const { energy } = buildRecord(run, entries)
    expect(energy.machine_kwh!.value * 3.6e6).toBeGreaterThan(180 * 59)
    expect(energy.total_kwh!.value).toBe(0)
    expect(machine.truthOwnSeconds(SELF_PID)).toBe(0)
    for (const sensor of sensors) sensor.close()
    usage.close()
    machine.dispose()
  })

  it('a GPU before Volta has no counter, and its gauge is not 0 W', () => {
    const gauge = counter({
      id: 'nvidia/0/power',
      provider: 'nvidia',
      domain: 'gpu',
      device: 'gpu-0',
      component: 'gpu',
      covers: ['gpu'],
      kind: 'power_gauge',
      scale: 1e-3,
    })
    const ticks = HOUR.map(second => tickAt(second, [250_000]))
    expect(joules(scriptedRun({ sensors: [gauge] }), ticks) / 3.6e6).toBeCloseTo(0.25, 9)
  })
})
