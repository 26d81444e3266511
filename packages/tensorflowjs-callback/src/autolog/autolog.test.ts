import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openStore, type RunRecord } from '@epochwatt/core'
import { recordingExporter } from '@epochwatt/core/testing'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Autolog, type AutologOptions, autolog, energyCallback } from '../index.js'
import { loadSavedModel } from '../testing/load-saved-model.js'
import { spyOnWarnings } from '../testing/spy-on-warnings.js'
import { temporaryStore } from '../testing/temporary-store.js'
import { history, tinyData, tinyDataset, tinyFunctionalModel, tinyModel } from '../testing/tiny-training.js'

const store = temporaryStore()
const quiet = { verbose: 0 } as const
const logs: Autolog[] = []
let dir: string

const start = (options: AutologOptions = {}): Autolog => {
  const log = autolog(tf, { dir, country: 'FR', ...options })
  logs.push(log)
  return log
}

beforeEach(() => {
  dir = store()
})
afterEach(async () => {
  for (const log of logs.splice(0)) await log.disable()
  vi.restoreAllMocks()
})

const runs = (): readonly RunRecord[] => openStore(dir).list().records
const onlyRun = (): RunRecord => {
  expect(runs()).toHaveLength(1)
  return runs()[0]!
}
const folderOf = ({ id }: RunRecord): string => openStore(dir).runDirectory(id)

const fit = (more: tf.ModelFitArgs = {}, model: tf.LayersModel = tinyModel()): Promise<tf.History> => {
  const { x, y } = tinyData()
  return model.fit(x, y, { ...quiet, epochs: 2, batchSize: 8, ...more })
}

const thrower = (message: string): tf.CustomCallbackArgs => ({
  onEpochEnd: async () => {
    throw new Error(message)
  },
})

describe('autolog', () => {
  it.each([
    ['Sequential', tinyModel],
    ['functional', tinyFunctionalModel],
  ])('makes a run of every fit of a %s model, once', async (_name, make) => {
    start()
    const first = await fit({ validationSplit: 0.25 }, make())
    await fit({ epochs: 3 }, make())
    expect(history(first).energy_kwh?.every(kwh => kwh > 0)).toBe(true)
    expect(runs().map(({ status, epochs }) => [status, epochs.length])).toEqual([
      ['finished', 2],
      ['finished', 3],
    ])
    expect(runs()[0]?.epochs.map(({ metrics }) => metrics.val_loss)).toEqual(history(first).val_loss)
  })

  it('logs what the training was called with, and the sizes of data and model', async () => {
    start({ params: { layers: 'mine' } })
    await fit({ validationSplit: 0.25, shuffle: false })
    expect(onlyRun().params).toMatchObject({
      optimizer_name: 'SGD',
      optimizer_learning_rate: expect.closeTo(0.1, 6),
      loss: 'categoricalCrossentropy',
      metrics: 'acc',
      epochs: 2,
      batch_size: 8,
      samples: 24,
      x_shape: '[32,4]',
      x_dtype: 'float32',
      y_shape: '[32,3]',
      validation_split: 0.25,
      shuffle: false,
      total_params: 15,
      trainable_params: 15,
      backend: 'cpu',
      // The user's own parameter wins over what was found.
      layers: 'mine',
    })
  })

  it('counts frozen weights apart, and inputs by name', async () => {
    start()
    const input = tf.input({ shape: [4], name: 'flower' })
    const frozen = tf.layers.dense({ units: 5, trainable: false }).apply(input) as tf.SymbolicTensor
    const output = tf.layers.dense({ units: 3 }).apply(frozen) as tf.SymbolicTensor
    const model = tf.model({ inputs: input, outputs: output })
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
    const { x, y } = tinyData()
    await model.fit({ flower: x }, y, { ...quiet, epochs: 1 })
    expect(onlyRun().params).toMatchObject({
      total_params: 43,
      trainable_params: 18,
      x_shape: '[32,4]',
      layers: 3,
    })
  })

  it('measures fitDataset', async () => {
    start()
    await tinyModel().fitDataset(tinyDataset(), { ...quiet, epochs: 2, validationData: tinyDataset() })
    const { params, epochs } = onlyRun()
    expect(params).toMatchObject({ dataset_batches: 4, steps_per_epoch: 4, epochs: 2 })
    expect(epochs.every(({ energy_kwh }) => energy_kwh!.value > 0)).toBe(true)
  })

  it("leaves the user's list, order and yielding as they were, and shows them the figures", async () => {
    start()
    const seen: unknown[] = []
    const callbacks = [{ onEpochEnd: (_: number, l?: tf.Logs) => void seen.push(l?.energy_kwh) }]
    await fit({ callbacks })
    await fit({ callbacks: [tf.callbacks.earlyStopping({ monitor: 'carbon_g', patience: 9 })] })
    expect(callbacks).toHaveLength(1)
    expect(seen.every(each => (each as number) > 0)).toBe(true)
    expect(runs()).toHaveLength(2)
  })

  it('trains to the same weights, bit for bit, and leaks no tensor', async () => {
    const train = async () => {
      const before = tf.memory().numTensors
      const model = tinyModel()
      await fit({ shuffle: false }, model)
      const weights = await Promise.all(model.getWeights().map(each => each.data()))
      return { weights, tensors: tf.memory().numTensors - before }
    }
    const without = await train()
    start()
    expect(await train()).toEqual(without)
  })
})

describe('switched off by a variable', () => {
  it('it leaves no run and no key in history', async () => {
    vi.stubEnv('EPOCHWATT_DISABLED', '1')
    start()
    const logged = history(await fit())
    await tinyModel().trainOnBatch(tinyData().x, tinyData().y)
    vi.unstubAllEnvs()
    expect(Object.keys(logged).sort()).toEqual(['acc', 'loss'])
    expect(runs()).toEqual([])
  })
})

describe('files of a run', () => {
  it('hold the summary, and a model that loads back and predicts the same', async () => {
    start()
    const model = tinyModel()
    await fit({}, model)
    const folder = folderOf(onlyRun())
    expect(readFileSync(join(folder, 'artifacts/model_summary.txt'), 'utf8')).toMatch(
      /dense_.*\[null,3\].*15[\s\S]*Total params: 15/,
    )
    const loaded = await loadSavedModel(join(folder, 'artifacts/model'))
    const { x } = tinyData()
    const [mine, theirs] = [model, loaded].map(each => (each.predict(x) as tf.Tensor).dataSync())
    expect(theirs).toEqual(mine)
  })

  it('have no model where none is wanted', async () => {
    start({ saveModel: false })
    await fit()
    expect(existsSync(join(folderOf(onlyRun()), 'artifacts/model'))).toBe(false)
  })

  it('hold the model of the best epoch, where that is wanted', async () => {
    start({ saveBestModel: true, saveModel: false })
    const model = tinyModel()
    const { x } = tinyData()
    const predict = (of: tf.LayersModel): number[] => [...(of.predict(x) as tf.Tensor).dataSync()]
    const afterEpoch: number[][] = []
    const spoil = (epoch: number): void => {
      afterEpoch.push(predict(model))
      if (epoch === 1) model.setWeights(model.getWeights().map(weights => weights.mul(-50)))
    }
    await fit(
      { epochs: 4, validationSplit: 0.25, callbacks: { onEpochEnd: async epoch => spoil(epoch) } },
      model,
    )
    const record = onlyRun()
    const losses = record.epochs.map(({ metrics }) => metrics.val_loss!)
    const best = losses.indexOf(Math.min(...losses))
    expect(best).toBeLessThan(2)
    expect(record.params.best_model_epoch).toBe(best)
    const folder = join(folderOf(record), 'artifacts')
    expect(readdirSync(folder)).not.toContain('model')
    const loaded = await loadSavedModel(join(folder, 'best_model'))
    for (const [place, value] of predict(loaded).entries())
      expect(value).toBeCloseTo(afterEpoch[best]![place]!, 6)
  })

  it('are there when exporters get the record', async () => {
    const exporter = recordingExporter()
    const files: string[] = []
    const { export: deliver } = exporter
    const watching = {
      ...exporter,
      export: async (batch: Parameters<typeof deliver>[0]) => {
        for (const event of batch)
          if (event.type === 'record') files.push(...readdirSync(join(event.directory, 'artifacts')))
        await deliver(batch)
      },
    }
    start({ exporters: [watching] })
    await fit()
    expect(files).toEqual(expect.arrayContaining(['model', 'model_summary.txt']))
    expect(exporter.events.at(-1)).toMatchObject({ type: 'record', record: { status: 'finished' } })
  })

  it('a model that cannot be saved costs a warning in the record, not the training', async () => {
    start()
    const model = tinyFunctionalModel()
    vi.spyOn(model, 'save').mockRejectedValue(new Error('too large'))
    await fit({}, model)
    expect(onlyRun()).toMatchObject({ status: 'finished' })
    expect(onlyRun().warnings).toContainEqual({
      code: 'MODEL_NOT_SAVED',
      message: 'the model could not be saved: too large',
    })
  })
})

describe('a training that throws', () => {
  it('is a failed run at once, says why without paths, and keeps its error', async () => {
    start()
    await expect(fit({ callbacks: thrower('no such file: /home/me/data.csv') })).rejects.toThrow(
      '/home/me/data.csv',
    )
    const record = onlyRun()
    expect(record).toMatchObject({
      status: 'failed',
      status_reason: 'model.fit threw Error: no such file: …',
    })
    expect(record.waste?.failed_run?.energy_kwh.value).toBe(record.energy.total_kwh?.value)
    expect(existsSync(join(folderOf(record), 'artifacts/model'))).toBe(false)
  })

  it('is failed at once also in fitDataset, and the next one is clean', async () => {
    start()
    const model = tinyModel()
    const failing = model.fitDataset(tinyDataset(), { ...quiet, epochs: 2, callbacks: thrower('mine') })
    await expect(failing).rejects.toThrow('mine')
    expect(onlyRun().status).toBe('failed')
    await fit({}, model)
    expect(runs().map(({ status }) => status)).toEqual(['failed', 'finished'])
  })

  it('before it began costs nothing and leaves no run', async () => {
    start()
    await expect(tinyModel().fit(tf.zeros([32, 9]), tinyData().y, quiet)).rejects.toThrow()
    expect(runs()).toEqual([])
  })

  it('since another fit of the model is running does not disturb that one', async () => {
    start()
    const model = tinyModel()
    const first = fit({ epochs: 3 }, model)
    await expect(fit({}, model)).rejects.toThrow('another fit()')
    await first
    expect(onlyRun()).toMatchObject({ status: 'finished', params: { x_shape: '[32,4]' } })
    expect(onlyRun().epochs).toHaveLength(3)
  })
})

describe('pitfall 12: more than one of them', () => {
  it.each([
    ['a handler', () => energyCallback({ dir, name: 'explicit' })],
    ['an instance in a list', () => [energyCallback({ dir, tf, name: 'explicit' })]],
  ])('beside an explicit callback, %s, autolog steps back and says so once', async (_name, callbacks) => {
    const warnings = spyOnWarnings()
    start({ name: 'autolog' })
    await fit({ callbacks: callbacks() })
    await fit({ callbacks: callbacks() })
    expect(runs().map(({ name }) => name)).toEqual(['explicit', 'explicit'])
    expect(warnings()).toEqual([expect.stringContaining('energyCallback() of its own')])
    await fit()
    expect(runs()).toHaveLength(3)
  })

  it('the second call takes the place of the first, which then has nothing to take back', async () => {
    const first = start({ name: 'first' })
    const second = start({ name: 'second' })
    expect([first.isActive, second.isActive]).toEqual([false, true])
    await first.disable()
    await fit()
    expect(onlyRun().name).toBe('second')
  })

  it('disabled, everything is as before; and it can begin again', async () => {
    const methods = () => {
      const { fit, fitDataset, trainOnBatch } = tf.LayersModel.prototype
      return [fit, fitDataset, trainOnBatch]
    }
    const before = methods()
    const log = start()
    expect(methods()).not.toEqual(before)
    await log.disable()
    expect(methods()).toEqual(before)
    expect(history(await fit()).energy_kwh).toBeUndefined()
    expect(runs()).toEqual([])

    start()
    await fit()
    expect(runs()).toHaveLength(1)
  })

  it('wrapped once more by somebody else, it lets everything through when disabled', async () => {
    const log = start()
    const { fit: ours } = tf.LayersModel.prototype
    const around = vi.spyOn(tf.LayersModel.prototype, 'fit')
    await log.disable()
    await fit()
    expect(around).toHaveBeenCalledOnce()
    expect(runs()).toEqual([])
    around.mockRestore()
    expect(tf.LayersModel.prototype.fit).toBe(ours)
    start()
    await fit()
    expect(runs()).toHaveLength(1)
  })

  it('another copy of this package finds what the first one did', async () => {
    start({ name: 'this copy' })
    vi.resetModules()
    const copy = await import('./autolog.js')
    expect(copy.autolog).not.toBe(autolog)
    const log = copy.autolog(tf, { dir, name: 'other copy' })
    await fit()
    await log.disable()
    expect(onlyRun().name).toBe('other copy')
  })
})

describe('trainOnBatch', () => {
  it('is one run of all models, ended by disable, with means and no window per step', async () => {
    const log = start()
    const [first, second] = [tinyModel(), tinyFunctionalModel()]
    const { x, y } = tinyData()
    const losses: number[] = []
    for (let step = 0; step < 10; step++) {
      const result = (await first.trainOnBatch(x, y)) as number[]
      losses.push(result[0]!)
      expect(await second.trainOnBatch(x, y)).toBeTypeOf('number')
    }
    expect(runs()).toEqual([])
    await log.disable()
    const { status, windows, metrics, params, energy } = onlyRun()
    expect(status).toBe('finished')
    expect(windows.map(({ name }) => name)).toEqual(['steps'])
    expect(metrics.steps).toBe(20)
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length
    const means = Object.entries(metrics).filter(([name]) => name.endsWith('/loss'))
    expect(means).toHaveLength(2)
    expect(means[0]?.[1]).toBeCloseTo(mean, 6)
    expect(params.optimizer_name).toBe('SGD')
    expect(energy.total_kwh?.value).toBeGreaterThan(0)
  })

  it('throws what it always threw', async () => {
    start()
    await expect(tinyModel().trainOnBatch(tf.zeros([2, 9]), tf.zeros([2, 3]))).rejects.toThrow()
  })
})

describe('without being told of TensorFlow.js', () => {
  it('finds the copy that is loaded', async () => {
    const log = autolog({ dir })
    logs.push(log)
    expect(log.isActive).toBe(true)
    await fit()
    expect(onlyRun()).toMatchObject({ params: { backend: 'cpu', tfjs_version: tf.version.tfjs } })
    await log.disable()
    await fit()
    expect(runs()).toHaveLength(1)
  })
})

describe('wrong options', () => {
  it.each([
    [{ saveModel: 'no' }, /"saveModel"/],
    [{ saveBestModel: 1 }, /"saveBestModel"/],
    [{ mlflow: 'yes' }, /"mlflow" is "yes"; accepted: true, false or an object/],
    [{ tracker: {} }, /only in energyCallback/],
    [{ pue: -1 }, /"pue" is -1/],
    [{ conutry: 'FR' }, /conutry/],
  ])('%o throw at once, and nothing is patched', (options, message) => {
    const { fit: before } = tf.LayersModel.prototype
    expect(() => autolog(tf, { dir, ...(options as AutologOptions) })).toThrow(message)
    expect(tf.LayersModel.prototype.fit).toBe(before)
  })

  it('so does a namespace that has no models', () => {
    expect(() => autolog({ CustomCallback: tf.CustomCallback } as never)).toThrow(/LayersModel/)
  })
})
