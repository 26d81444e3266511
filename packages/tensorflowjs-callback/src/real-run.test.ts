import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { openStore, type RunRecord, startTracking } from '@epochwatt/core'
import * as tf from '@tensorflow/tfjs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type EnergyCallback, energyCallback } from './index.js'
import { temporaryStore } from './testing/temporary-store.js'
import { history, tinyData, tinyModel } from './testing/tiny-training.js'

afterEach(() => {
  vi.restoreAllMocks()
})

const store = temporaryStore()

const onlyRun = (dir: string): RunRecord => {
  const { records: runs } = openStore(dir).list()
  expect(runs).toHaveLength(1)
  return runs[0]!
}

/** A model and data that keep a core busy for a while. */
const busyModel = (): tf.Sequential => {
  const model = tf.sequential()
  model.add(tf.layers.dense({ units: 128, activation: 'relu', inputShape: [256] }))
  model.add(tf.layers.dense({ units: 10, activation: 'softmax' }))
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' })
  return model
}

const busyData = (rows: number) => ({
  x: tf.randomNormal([rows, 256]),
  y: tf.oneHot(tf.randomUniform([rows], 0, 10, 'int32'), 10),
})

describe('a real run', () => {
  it('becomes a record whose epochs are those of history', async () => {
    const dir = store()
    const { x, y } = busyData(256)
    const callback = energyCallback({
      tf,
      dir,
      country: 'FR',
      name: 'a real one',
      params: { epochs: 'mine' },
    })
    const result = await busyModel().fit(x, y, {
      epochs: 3,
      verbose: 0,
      validationSplit: 0.25,
      callbacks: callback,
    })
    const { energy_kwh, carbon_g, loss, val_loss } = history(result)
    const record = onlyRun(dir)

    expect(callback.record).toEqual(record)
    expect(record).toMatchObject({ status: 'finished', name: 'a real one' })
    expect(record.location.country).toBe('FR')
    expect(record.epochs.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(energy_kwh?.every(kwh => kwh > 0)).toBe(true)
    // History holds what was known when an epoch ended; samples that reach the journal later refine a modelled figure.
    for (const [index, epoch] of record.epochs.entries()) {
      expect(Math.abs(Math.log(epoch.energy_kwh!.value / energy_kwh![index]!))).toBeLessThan(0.2)
      expect(Math.abs(Math.log(epoch.carbon_g!.value / carbon_g![index]!))).toBeLessThan(0.2)
      expect(epoch.metrics).toEqual({ loss: loss![index], val_loss: val_loss![index] })
      expect(epoch.complete).toBe(true)
    }
    const inEpochs = record.epochs.reduce((sum, epoch) => sum + epoch.energy_kwh!.value, 0)
    const outside = record.outside_epochs.energy_kwh!.value
    expect((inEpochs + outside) / record.energy.total_kwh!.value).toBeCloseTo(1, 9)
    // The user's own parameter wins over what was found.
    expect(record.params).toMatchObject({
      epochs: 'mine',
      batch_size: 32,
      backend: 'cpu',
      optimizer_name: 'Adam',
    })
  })

  it('as a window of a run of the user leaves that run going', async () => {
    const dir = store()
    const tracker = startTracking({ dir })
    const { x, y } = tinyData()
    await tinyModel().fit(x, y, { epochs: 2, verbose: 0, callbacks: energyCallback({ tracker }) })
    expect(tracker.isStopped).toBe(false)
    const record = await tracker.stop()
    expect(record?.epochs).toHaveLength(2)
    expect(record?.params.batch_size).toBe(32)
  })

  it('pitfall 6, 5: fitDataset has its phases in the record', async () => {
    const dir = store()
    const { x, y } = busyData(256)
    const rows = () =>
      tf.data.zip({ xs: tf.data.array(tf.unstack(x)), ys: tf.data.array(tf.unstack(y)) }).batch(32)
    await busyModel().fitDataset(rows(), {
      epochs: 2,
      verbose: 0,
      validationData: rows(),
      callbacks: energyCallback({ dir, tf, splitValidation: true }),
    })
    for (const { energy_kwh, phases } of onlyRun(dir).epochs) {
      const { train, validation } = phases
      expect(train?.energy_kwh?.value).toBeGreaterThan(0)
      expect(validation?.energy_kwh?.value).toBeGreaterThan(0)
      const both = train!.energy_kwh!.value + validation!.energy_kwh!.value
      expect(both).toBeLessThanOrEqual(energy_kwh!.value * (1 + 1e-9))
      expect(both / energy_kwh!.value).toBeGreaterThan(0.9)
    }
  })

  it('pitfall 6: fit has its phases in the record, in the order and of the size of what was done', async () => {
    const dir = store()
    const { x, y } = busyData(256)
    const validationData = busyData(2048)
    await busyModel().fit(x, y, {
      epochs: 2,
      verbose: 0,
      validationData: [validationData.x, validationData.y],
      callbacks: energyCallback({ dir, tf, splitValidation: true }),
    })
    for (const { energy_kwh, phases, started_s, ended_s } of onlyRun(dir).epochs) {
      const { train, validation } = phases
      expect(train!.duration_s).toBeGreaterThan(0)
      expect(validation!.duration_s).toBeGreaterThan(0)
      expect(train!.duration_s + validation!.duration_s).toBeLessThanOrEqual(ended_s - started_s + 1e-9)
      const both = train!.energy_kwh!.value + validation!.energy_kwh!.value
      expect(both).toBeLessThanOrEqual(energy_kwh!.value * (1 + 1e-9))
      expect(both / energy_kwh!.value).toBeGreaterThan(0.8)
    }
  })

  it("pitfall 4: samples are taken though nothing yields, with yieldEvery 'never'", async () => {
    const dir = store()
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    let ticksInTraining = 0
    const { x, y } = busyData(512)
    await busyModel().fit(x, y, {
      epochs: 3,
      verbose: 0,
      yieldEvery: 'never',
      callbacks: [
        energyCallback({ tf, dir, yieldEvery: 'never', samplingIntervalMs: 50 }),
        new tf.CustomCallback(
          {
            onEpochBegin: async epoch => {
              if (epoch === 0) ticks = 0
            },
            onTrainEnd: async () => {},
            onEpochEnd: async () => {
              ticksInTraining = ticks
            },
          },
          'never',
        ),
      ],
    })
    clearInterval(timer)
    expect(ticksInTraining).toBe(0)
    const { samples } = onlyRun(dir).methodology
    // Its own readings at boundaries are two an epoch, one at either end of the run and a few for figures.
    const seconds = onlyRun(dir).duration_s
    expect(samples).toBeGreaterThan(seconds / 0.05 / 2)
  })

  it('pitfall 4: as the only instance it yields by itself', async () => {
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    let ticksInTraining = 0
    const { x, y } = busyData(512)
    const callback = energyCallback({ tf, disabled: true, yieldEvery: 10 })
    const ending = {
      onEpochEnd: async () => {
        ticksInTraining = ticks
      },
    }
    const silent = new tf.CustomCallback(ending, 'never')
    await busyModel().fit(x, y, { epochs: 2, verbose: 0, callbacks: [callback, silent] })
    clearInterval(timer)
    expect(ticksInTraining).toBeGreaterThan(3)
  })
})

describe('pitfall 16: what it costs', () => {
  it('the hooks take less processor time than 1 % of an epoch of a second', async () => {
    const { x, y } = busyData(128)
    const callback: EnergyCallback = energyCallback({ tf, dir: store(), splitValidation: true })
    const { onEpochBegin, onEpochEnd } = callback
    const spentMs: number[] = []
    const timed = async (hook: () => Promise<void>): Promise<void> => {
      const before = process.cpuUsage()
      await hook()
      const { user, system } = process.cpuUsage(before)
      spentMs.push((user + system) / 1000)
    }
    callback.onEpochBegin = (epoch, logs) => timed(() => onEpochBegin.call(callback, epoch, logs))
    callback.onEpochEnd = (epoch, logs) => timed(() => onEpochEnd.call(callback, epoch, logs))
    await busyModel().fit(x, y, { epochs: 8, verbose: 0, callbacks: callback })
    const ofEpochs = Array.from({ length: 8 }, (_, epoch) => spentMs[2 * epoch]! + spentMs[2 * epoch + 1]!)
    // Other threads of this process are in it, those of the test runner too: the least disturbed epoch tells.
    expect(Math.min(...ofEpochs)).toBeLessThan(10)
  })
})

describe('on the wasm backend', () => {
  beforeAll(async () => {
    const backend = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
    setWasmPaths(`${dirname(backend)}/`)
    expect(await tf.setBackend('wasm')).toBe(true)
  })
  afterAll(async () => {
    await tf.setBackend('cpu')
  })

  it('pitfall 18: the backend may change between fits with one callback, and each run has its own', async () => {
    const dir = store()
    const energy = energyCallback({ tf, dir })
    const { x, y } = tinyData()
    const backends: unknown[] = []
    for (const backend of ['wasm', 'cpu', 'wasm']) {
      await tf.setBackend(backend)
      await tinyModel().fit(x, y, { epochs: 1, verbose: 0, callbacks: [energy] })
      backends.push(energy.record?.params.backend)
    }
    expect(backends).toEqual(['wasm', 'cpu', 'wasm'])
  })

  it('a training is measured, and its backend recorded', async () => {
    const dir = store()
    const { x, y } = busyData(1024)
    const result = await busyModel().fit(x, y, {
      epochs: 3,
      verbose: 0,
      callbacks: [energyCallback({ tf, dir }), tf.callbacks.earlyStopping({ monitor: 'loss', patience: 9 })],
    })
    expect(history(result).energy_kwh?.every(kwh => kwh > 0)).toBe(true)
    expect(onlyRun(dir).params.backend).toBe('wasm')
  })
})
