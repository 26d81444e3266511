import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  createSyntheticMachine,
  ina238Chip,
  intelServerZones,
  type SyntheticMachine,
} from '@epochwatt/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { JournalTail } from '../journal/journal-tail.js'
import { probeEnvironment } from '../sensors/environment.js'
import { discoverSensors } from '../sensors/registry.js'
import type { DeferredProbe } from '../sensors/sensor.js'
import type { Sampler } from './sampler.js'
import { startWorkerSampler } from './worker-sampler.js'

/** So slow that every round in a test is one that was asked for. */
const NEVER_MS = 600_000

const slowDriver: DeferredProbe = {
  provider: 'abacus',
  unanswered: { id: 'abacus', domain: 'gpu', state: 'broken', reason: 'no answer yet' },
  settings: {},
}

let directory: string
let sampler: Sampler | undefined
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'epochwatt-sampler-'))
})
afterEach(async () => {
  await sampler?.stop(5000)
  rmSync(directory, { recursive: true, force: true })
})

const start = (
  deferred: readonly DeferredProbe[],
  intervalMs = NEVER_MS,
  machine: SyntheticMachine = createSyntheticMachine({ zones: intelServerZones(1) }),
): JournalTail => {
  const environment = probeEnvironment(machine.env)
  const samplesPath = join(directory, 'samples.jsonl')
  sampler = startWorkerSampler(
    {
      sensors: discoverSensors(environment).sensors,
      deferred,
      environment,
      intervalMs,
      countActive: false,
      beganNs: process.hrtime.bigint(),
      samplesPath,
      isDiskSlow: false,
    },
    error => {
      throw error
    },
  )
  return new JournalTail(samplesPath)
}

const untilFirstRound = async (): Promise<void> => {
  for (let attempt = 0; attempt < 500 && sampler!.ticks() === 0; attempt++) await sleep(10)
}

describe('the sampler’s thread', () => {
  it('asks slow drivers first, journals their answer, and then takes a round at once', async () => {
    const tail = start([slowDriver])
    await untilFirstRound()
    const [answer, round] = [...tail.read()]
    tail.close()
    expect(answer).toMatchObject({ type: 'sensors', sensors: [], unavailable: [{ id: 'abacus' }] })
    expect(round).toMatchObject({ type: 'tick', r: [expect.any(Number), expect.any(Number)] })
  })

  it('takes a round when it is asked for one, while the caller waits', async () => {
    start([slowDriver])
    await untilFirstRound()
    sampler!.readNow(20_000)
    expect(sampler!.ticks()).toBe(2)
    sampler!.readNow(20_000)
    expect(sampler!.ticks()).toBe(3)
  })

  it('takes one round for edges of windows that follow each other closely', async () => {
    start([slowDriver])
    await untilFirstRound()
    for (let edge = 0; edge < 1000; edge++) sampler!.readNow(0)
    for (let attempt = 0; attempt < 500 && sampler!.ticks() < 2; attempt++) await sleep(10)
    expect(sampler!.ticks()).toBeGreaterThanOrEqual(2)
    // A thousand calls take some milliseconds; even a busy machine needs no fifty for one of them.
    expect(sampler!.ticks()).toBeLessThan(100)
  })

  it('asks fast gauges between its rounds and journals their means', async () => {
    const machine = createSyntheticMachine()
    machine.addDevice(ina238Chip('VIN', 40))
    const tail = start([], 1000, machine)
    for (let attempt = 0; attempt < 1000 && sampler!.ticks() < 3; attempt++) await sleep(10)
    const rounds = [...tail.read()].filter(entry => entry.type === 'tick')
    tail.close()
    expect(rounds.length).toBeGreaterThanOrEqual(3)
    for (const [index, { t, m }] of rounds.entries()) {
      expect(m?.raw['0']).toBeCloseTo(40e6, 3)
      expect(m!.since).toBeLessThan(t)
      if (index > 0) expect(m!.since).toBe(rounds[index - 1]!.t)
    }
    machine.dispose()
  })

  it('is asked for a round at the end even where the caller can read everything but descendants', async () => {
    start([])
    sampler!.readNow(20_000, true)
    expect(sampler!.ticks()).toBe(1)
  })

  it('is left asleep where the caller can read everything itself', async () => {
    start([])
    sampler!.readNow(20_000)
    await sleep(300)
    expect(sampler!.ticks()).toBe(0)
  })
})
