// Real trainings on a synthetic machine, whose power is a known function of time: what an epoch is said to take must be
// the integral of that function between the epoch's instants.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RunRecord, startTracking } from '@epochwatt/core'
import { createSyntheticMachine, intelServerZones, type SyntheticMachine } from '@epochwatt/testing'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { energyCallback } from './energy-callback.js'
import { temporaryStore } from './testing/temporary-store.js'
import { tinyData, tinyModel } from './testing/tiny-training.js'

const store = temporaryStore()
const ZONES = ['package-0', 'package-0/dram'] as const

/** Watts of the package: steps every 3 ms, so that power changes within even the shortest epoch. Memory: a tenth. */
const STEP_SECONDS = 0.003
const wattsOf = (step: number): number => 60 + 40 * Math.sin(step / 2) + 30 * ((step * 7) % 3)

let machine: SyntheticMachine
/** The instant at which the machine's clock was 0, nanoseconds. */
let origin: bigint

/** Lets the machine live up to now, along its power function. */
const catchUp = (now: bigint): void => {
  const until = Number(now - origin) / 1e9
  for (;;) {
    const step = Math.floor(machine.now / STEP_SECONDS + 1e-6)
    machine.setPower('package-0', wattsOf(step))
    machine.setPower('package-0/dram', wattsOf(step) / 10)
    const next = (step + 1) * STEP_SECONDS
    if (next > until) break
    machine.advance(next - machine.now)
  }
  if (until > machine.now) machine.advance(until - machine.now)
}

beforeEach(() => {
  machine = createSyntheticMachine({ zones: intelServerZones(1) })
  for (const [name, value] of Object.entries(machine.env)) vi.stubEnv(name, value)
  const { bigint } = process.hrtime
  origin = bigint()
  // Counters are read right after the clock: they show what the machine has used up to that very instant.
  vi.spyOn(process.hrtime, 'bigint').mockImplementation(() => {
    const now = bigint()
    catchUp(now)
    return now
  })
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  machine.dispose()
})

interface KnownRun {
  readonly record: RunRecord
  readonly began: number
  /** From `began` to the first reading: the machine of this test lives on while it brings its files up to date. */
  readonly firstReading: number
}

const firstReadingOf = (directory: string): number => {
  const lines = readFileSync(join(directory, 'events.jsonl'), 'utf8').split('\n')
  const tick = lines.map(line => JSON.parse(line || '{}')).find(({ type }) => type === 'tick')
  return (tick as { t: number }).t / 1e9
}

const train = async (args: tf.ModelFitArgs): Promise<KnownRun> => {
  const clock = vi.mocked(process.hrtime.bigint)
  const before = clock.mock.results.length
  const tracker = startTracking({ dir: store(), scope: 'machine', samplingIntervalMs: 50 })
  // The run's times count from the first look at the clock.
  const began = Number((clock.mock.results[before]!.value as bigint) - origin) / 1e9
  const { x, y } = tinyData()
  const energy = energyCallback({ tf, tracker, yieldEvery: 'never' })
  await tinyModel().fit(x, y, { verbose: 0, ...args, callbacks: [energy, ...((args.callbacks as []) ?? [])] })
  return { record: (await tracker.stop())!, began, firstReading: firstReadingOf(tracker.directory) }
}

const joulesBetween = (from: number, to: number): number =>
  ZONES.reduce((sum, zone) => sum + machine.truthJoules(zone, from, to), 0)

/** Relative errors of all epochs. */
const errorsOf = ({ record, began }: KnownRun): number[] =>
  record.epochs.map(({ started_s, ended_s, energy_kwh }) => {
    expect(energy_kwh).toMatchObject({ tier: 'measured' })
    return (energy_kwh!.value * 3.6e6) / joulesBetween(began + started_s, began + ended_s) - 1
  })

/** Keeps the loop busy at the end of each batch. */
const blockingFor = (ms: number) =>
  new tf.CustomCallback({
    onBatchEnd: () => {
      const end = performance.now() + ms
      while (performance.now() < end);
    },
  })

const PER_MILLE = 0.001

describe('the energy of an epoch is the integral of the power between its instants, within 0.1 %', () => {
  it('of epochs of a few milliseconds', async () => {
    // Long enough that the counter's step, 61 µJ, is far below what is asked for.
    const run = await train({ epochs: 60, batchSize: 32, callbacks: [blockingFor(8)] })
    const errors = errorsOf(run)
    expect(errors).toHaveLength(60)
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(PER_MILLE)
  })

  it('of epochs in which the loop is blocked', async () => {
    const run = await train({ epochs: 3, batchSize: 8, callbacks: [blockingFor(40)] })
    const errors = errorsOf(run)
    expect(errors).toHaveLength(3)
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(PER_MILLE)
  })

  it('and epochs with the time outside them are the run', async () => {
    const { record, began, firstReading } = await train({ epochs: 5, batchSize: 8 })
    const inside = record.epochs.reduce((sum, { energy_kwh }) => sum + energy_kwh!.value, 0)
    const total = record.energy.total_kwh!.value
    expect(inside + record.outside_epochs.energy_kwh!.value).toBeCloseTo(total, 12)
    const truth = joulesBetween(began + firstReading, began + record.duration_s)
    expect(Math.abs((total * 3.6e6) / truth - 1)).toBeLessThan(PER_MILLE)
  })
})
