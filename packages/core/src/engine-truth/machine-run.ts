import { createSyntheticMachine, type SyntheticMachine, type ZoneOptions } from '@epochwatt/testing'
import type { JournalEntry, RunEntry } from '../journal/entry.js'
import { buildRecord } from '../record/build-record.js'
import type { RunRecord } from '../record/record.js'
import { rawOf, readTick } from '../sampler/sampler.js'
import { probeEnvironment } from '../sensors/environment.js'
import { openSensors } from '../sensors/openers.js'
import { discoverSensors } from '../sensors/registry.js'
import type { OpenSensor, SensorSpec } from '../sensors/sensor.js'
import { scriptedRun } from '../testing/scripted-run.js'

/** A run on a synthetic machine: real discovery, real reads of real files, virtual time. For tests. */
export class MachineRun {
  readonly machine: SyntheticMachine
  readonly run: RunEntry
  readonly entries: JournalEntry[] = []
  readonly #sensors: readonly OpenSensor[]
  #windows = 0

  constructor(zones: readonly ZoneOptions[], overrides: Partial<RunEntry> = {}, seed = 1) {
    this.machine = createSyntheticMachine({ zones, seed })
    const environment = probeEnvironment(this.machine.env)
    const { sensors, unavailable } = discoverSensors(environment)
    this.#sensors = openSensors(sensors, environment, { now: () => this.machine.now * 1000 })
    // Bands widen bounds only; without them the value must meet both.
    const exact = sensors.map((spec): SensorSpec => ({ ...spec, band: { low: 1, high: 1 } }))
    this.run = scriptedRun({ sensors: exact, unavailable, machine: environment.machine, ...overrides })
  }

  #clock = (): number => Number(this.machine.nowNs)

  tick(): void {
    this.entries.push(readTick(this.#clock, this.#sensors, undefined))
  }

  begin(name = 'epoch', attributes: Readonly<Record<string, number>> = { index: this.#windows }): () => void {
    const window = ++this.#windows
    const edge = (): (number | null)[] =>
      this.#sensors.map(sensor => (sensor.spec.readAtBoundary ? rawOf(sensor) : null))
    this.entries.push({ type: 'begin', t: this.#clock(), window, name, attributes, r: edge() })
    return () => this.entries.push({ type: 'end', t: this.#clock(), window, r: edge() })
  }

  record(): RunRecord {
    return buildRecord(this.run, this.entries)
  }

  dispose(): void {
    for (const sensor of this.#sensors) sensor.close()
    this.machine.dispose()
  }
}
