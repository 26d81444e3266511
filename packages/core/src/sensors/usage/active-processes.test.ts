import { createSyntheticMachine, SELF_PID, type SyntheticMachine } from '@epochwatt/testing'
import { afterEach, describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../journal/entry.js'
import { buildRecord } from '../../record/build-record.js'
import { readTick } from '../../sampler/sampler.js'
import { packageCounter, scriptedRun, tickAt } from '../../testing/scripted-run.js'
import { probeEnvironment } from '../environment.js'
import { ActiveProcesses } from './active-processes.js'
import { openUsageSource } from './open-usage-source.js'

const machines: SyntheticMachine[] = []
afterEach(() => {
  for (const machine of machines.splice(0)) machine.dispose()
})
const newMachine = (): SyntheticMachine => {
  const machine = createSyntheticMachine()
  machines.push(machine)
  return machine
}
const counterOn = (machine: SyntheticMachine): ActiveProcesses =>
  new ActiveProcesses(machine.procRoot, SELF_PID, () => machine.now * 1000)

describe('the count of processes at work', () => {
  it('is of those that used a hundredth of a core, ours with their descendants', () => {
    const machine = newMachine()
    const child = machine.spawnProcess({ cores: 1 })
    machine.spawnProcess({ parent: child, cores: 0.5 })
    machine.spawnProcess({ parent: 1, cores: 2 })
    machine.spawnProcess({ parent: 1, cores: 0.005 })
    machine.spawnProcess({ parent: 1 })
    const active = counterOn(machine)
    machine.setCores(1)
    machine.advance(2)
    expect(active.read()).toEqual({ ours: 3, all: 4 })
  })

  it('leaves out kernel threads', () => {
    const machine = newMachine()
    machine.spawnProcess({ pid: 2, parent: 0, cores: 1 })
    machine.spawnProcess({ parent: 2, cores: 1 })
    const active = counterOn(machine)
    machine.advance(2)
    expect(active.read()).toEqual({ ours: 0, all: 0 })
  })

  it('is taken after two seconds, then every ten', () => {
    const machine = newMachine()
    machine.setCores(1)
    const active = counterOn(machine)
    const due: number[] = []
    for (let second = 0; second <= 25; second++) {
      if (active.read()) due.push(second)
      machine.advance(1)
    }
    expect(due).toEqual([2, 12, 22])
  })

  it('sees a process that began since the last count, and one that bears the number of another', () => {
    const machine = newMachine()
    const first = machine.spawnProcess({ parent: 1, cores: 1 })
    const active = counterOn(machine)
    machine.advance(2)
    expect(active.read()).toEqual({ ours: 0, all: 1 })
    machine.exitProcess(first)
    machine.spawnProcess({ parent: 1, pid: first, cores: 1 })
    machine.advance(10)
    expect(active.read()).toEqual({ ours: 0, all: 1 })
  })
})

describe('the policy "equal"', () => {
  it('gives each process at work the same part of static energy', () => {
    const machine = newMachine()
    machine.setCores(0.5)
    for (let other = 0; other < 3; other++) machine.spawnProcess({ parent: 1, cores: 1 })
    const environment = probeEnvironment(machine.env)
    const usage = openUsageSource(environment, { now: () => machine.now * 1000, countActive: true })
    const sensors = [packageCounter({ idleWatts: { watts: 20, source: 'test' } })]
    const run = scriptedRun({ sensors, scope: 'process', staticPolicy: 'equal' })
    const entries: JournalEntry[] = []
    for (let second = 0; second <= 30; second++) {
      entries.push({ ...readTick(() => Number(machine.nowNs), [], usage), r: [second * 100e6] })
      machine.advance(1)
    }
    usage.close()
    const { energy, warnings } = buildRecord(run, entries)
    expect(energy.static_kwh!.value * 3.6e6).toBeCloseTo((30 * 20) / 4, 6)
    expect(energy.dynamic_kwh!.value * 3.6e6).toBeCloseTo((30 * 80 * 0.5) / 3.5, 0)
    expect(warnings.map(({ code }) => code)).not.toContain('STATIC_EQUAL_UNKNOWN')
  })

  it('says so where nobody could count, and goes by busy time', () => {
    const sensors = [packageCounter({ idleWatts: { watts: 20, source: 'test' } })]
    const ticks = [0, 1, 2, 3].map(second =>
      tickAt(second, [second * 100e6], [2 * second, 4 * second, second]),
    )
    const record = (staticPolicy: 'equal' | 'proportional') =>
      buildRecord(scriptedRun({ sensors, scope: 'process', staticPolicy }), ticks)
    expect(record('equal').energy.static_kwh!.value).toBe(record('proportional').energy.static_kwh!.value)
    expect(record('equal').warnings.map(({ code }) => code)).toContain('STATIC_EQUAL_UNKNOWN')
    expect(record('proportional').warnings.map(({ code }) => code)).not.toContain('STATIC_EQUAL_UNKNOWN')
  })
})
