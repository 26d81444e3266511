import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { energyCallback } from './index.js'
import { figuresOf, scriptedTracker } from './testing/scripted-tracker.js'
import { spyOnWarnings } from './testing/spy-on-warnings.js'
import { temporaryStore } from './testing/temporary-store.js'
import { history, tinyData, tinyDataset, tinyFunctionalModel, tinyModel } from './testing/tiny-training.js'

afterEach(() => {
  vi.restoreAllMocks()
})

const store = temporaryStore()
const quiet = { verbose: 0 } as const

/** When `fit` validated, by the model's own undeclared method: instants of `performance.now()`. */
const timesOfEvaluations = (model: object): (readonly [began: number, ended: number])[] => {
  const times: (readonly [number, number])[] = []
  const { testLoop } = model as { testLoop: (...args: unknown[]) => unknown }
  Object.assign(model, {
    testLoop: (...args: unknown[]) => {
      const began = performance.now()
      const result = testLoop.apply(model, args)
      times.push([began, performance.now()])
      return result
    },
  })
  return times
}

describe('pitfall 2: a meter that does not know', () => {
  it('unknown figures become NaN, and history keeps its shape', async () => {
    const tracker = scriptedTracker(count => (count === 1 ? { durationSeconds: 1 } : figuresOf(0.001)))
    const { x, y } = tinyData()
    const result = await tinyModel().fit(x, y, {
      ...quiet,
      epochs: 3,
      callbacks: energyCallback({ tracker, tf }),
    })
    expect(history(result).energy_kwh).toEqual([0.001, Number.NaN, 0.001])
    expect(history(result).carbon_g?.[1]).toBeNaN()
  })

  it('a meter that throws costs its figures and one warning, not the training', async () => {
    const warnings = spyOnWarnings()
    const tracker = scriptedTracker(() => {
      throw new Error('sensor burnt')
    })
    const { x, y } = tinyData()
    const result = await tinyModel().fit(x, y, {
      ...quiet,
      epochs: 3,
      callbacks: energyCallback({ tracker }),
    })
    expect(history(result).energy_kwh).toEqual([Number.NaN, Number.NaN, Number.NaN])
    expect(history(result).loss).toHaveLength(3)
    expect(warnings()).toEqual([expect.stringContaining('sensor burnt')])
  })

  it('a store that can no longer be written when training begins does not stop it', async () => {
    const warnings = spyOnWarnings()
    const dir = join(store(), 'runs')
    const callback = energyCallback({ dir })
    rmSync(dir, { recursive: true, force: true })
    writeFileSync(dir, 'a file where the folder was')
    const { x, y } = tinyData()
    const result = await tinyModel().fit(x, y, { ...quiet, epochs: 2, callbacks: callback })
    expect(history(result).energy_kwh).toEqual([Number.NaN, Number.NaN])
    expect(warnings()).toEqual([expect.stringContaining('cannot be measured')])
  })

  it('switched off, it keeps the shape of history and is silent', async () => {
    const warnings = spyOnWarnings()
    const { x, y } = tinyData()
    const callbacks = energyCallback({ disabled: true, tf })
    const result = await tinyModel().fit(x, y, { ...quiet, epochs: 2, callbacks })
    expect(history(result).energy_kwh).toEqual([Number.NaN, Number.NaN])
    expect(warnings()).toEqual([])
  })
})

describe('pitfall 5: fitDataset', () => {
  it('without a size measures every epoch', async () => {
    const tracker = scriptedTracker()
    const result = await tinyModel().fitDataset(tinyDataset('generator'), {
      ...quiet,
      epochs: 2,
      callbacks: energyCallback({ tracker, tf, splitValidation: true }),
    })
    expect(history(result).energy_kwh).toEqual([0.001, 0.001])
    expect(tracker.params.steps_per_epoch).toBeUndefined()
    expect(tracker.events).toEqual(['begin epoch 0', 'end epoch 0', 'begin epoch 1', 'end epoch 1'])
  })

  it('with a size logs its steps', async () => {
    const tracker = scriptedTracker()
    await tinyModel().fitDataset(tinyDataset(), {
      ...quiet,
      epochs: 1,
      callbacks: energyCallback({ tracker }),
    })
    expect(tracker.params.steps_per_epoch).toBe(4)
  })
})

describe('pitfall 6: validation', () => {
  const validationData = tinyDataset()

  it.each([
    ['as a handler', undefined],
    ['as an instance', tf],
  ])('of fitDataset is measured apart, %s', async (_name, given) => {
    const tracker = scriptedTracker()
    const result = await tinyModel().fitDataset(tinyDataset(), {
      ...quiet,
      epochs: 2,
      validationData,
      callbacks: energyCallback({ tracker, splitValidation: true, ...(given && { tf: given }) }),
    })
    const epoch = (index: number) => [
      `begin epoch ${index}`,
      'begin train',
      'end train',
      'begin validation',
      'end validation',
      `end epoch ${index}`,
    ]
    expect(tracker.events).toEqual([...epoch(0), ...epoch(1)])
    expect(history(result).energy_train_kwh).toEqual([0.001, 0.001])
    expect(history(result).energy_val_kwh).toEqual([0.001, 0.001])
  })

  it('the validation window is open exactly while the model evaluates', async () => {
    const tracker = scriptedTracker()
    const model = tinyFunctionalModel()
    const evaluate = model.evaluateDataset.bind(model)
    vi.spyOn(model, 'evaluateDataset').mockImplementation(async (dataset, args) => {
      tracker.events.push('evaluate')
      return evaluate(dataset, args)
    })
    await model.fitDataset(tinyDataset(), {
      ...quiet,
      epochs: 1,
      validationData,
      callbacks: [energyCallback({ tracker, tf, splitValidation: true })],
    })
    expect(tracker.events.slice(2, 5)).toEqual(['end train', 'begin validation', 'evaluate'])
  })

  it.each([
    ['as a handler', undefined],
    ['as an instance', tf],
  ])('of fit is inferred from the time of the other batches, %s', async (_name, given) => {
    const tracker = scriptedTracker()
    const { x, y } = tinyData()
    const model = tinyFunctionalModel()
    const evaluations = timesOfEvaluations(model)
    const result = await model.fit(x, y, {
      ...quiet,
      epochs: 2,
      batchSize: 2,
      validationData: [tf.zeros([2000, 4]), tf.zeros([2000, 3])],
      callbacks: energyCallback({ tracker, splitValidation: true, ...(given && { tf: given }) }),
    })
    const epoch = (index: number) => [
      `begin epoch ${index}`,
      'begin train',
      'end train',
      'begin validation',
      'end validation',
      `end epoch ${index}`,
    ]
    expect(tracker.events).toEqual([...epoch(0), ...epoch(1)])
    expect(history(result).energy_train_kwh).toEqual([0.001, 0.001])
    expect(history(result).energy_val_kwh).toEqual([0.001, 0.001])

    expect(evaluations).toHaveLength(2)
    const windows = (name: string) => tracker.windows.filter(window => window.name === name)
    for (const [index, [began, ended]] of evaluations.entries()) {
      const [train, validation] = [windows('train')[index]!, windows('validation')[index]!]
      expect(train.startedAt).toBeLessThan(began)
      expect(validation.startedAt).toBe(train.endedAt)
      expect(validation.endedAt).toBeGreaterThanOrEqual(ended)
      // The edge is off by what the last batch differs from the usual one: here that is far less than evaluating.
      expect(Math.abs(validation.startedAt! - began)).toBeLessThan((ended - began) / 2)
    }
  })

  it('of fit with too few batches to compare is not told apart: said once, and nothing is made up', async () => {
    const warnings = spyOnWarnings()
    const tracker = scriptedTracker()
    const { x, y } = tinyData()
    const result = await tinyModel().fit(x, y, {
      ...quiet,
      epochs: 2,
      validationSplit: 0.25,
      callbacks: energyCallback({ tracker, tf, splitValidation: true }),
    })
    expect(warnings()).toEqual([expect.stringContaining('too few or too uneven')])
    expect(tracker.events).toEqual(['begin epoch 0', 'end epoch 0', 'begin epoch 1', 'end epoch 1'])
    expect(history(result).energy_val_kwh).toEqual([Number.NaN, Number.NaN])
    expect(history(result).energy_kwh).toEqual([0.001, 0.001])
    expect(tracker.params.validation).toBe(true)
  })

  it('a dataset that ends before its announced last batch is said to hold its validation in training', async () => {
    const warnings = spyOnWarnings()
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const tracker = scriptedTracker()
    const short = { ...tinyDataset(), size: 9, iterator: () => tinyDataset().iterator() }
    const result = await tinyModel().fitDataset(short as unknown as tf.data.Dataset<tf.TensorContainer>, {
      ...quiet,
      epochs: 1,
      validationData,
      callbacks: energyCallback({ tracker, tf, splitValidation: true }),
    })
    expect(warnings()).toEqual([expect.stringContaining('fewer batches than announced')])
    expect(history(result).energy_val_kwh).toEqual([Number.NaN])
  })
})

describe('pitfall 7: a budget in the middle of an epoch', () => {
  it('stops after the running batch, keeps weights and says why', async () => {
    spyOnWarnings()
    const tracker = scriptedTracker(undefined, () => figuresOf(0.5))
    const batches: number[] = []
    const model = tinyModel()
    const { x, y } = tinyData()
    const callbacks = [
      energyCallback({ tracker, tf, budget: { kWh: 0.1, action: 'stop' } }),
      new tf.CustomCallback({ onBatchEnd: async batch => void batches.push(batch) }),
    ]
    const result = await model.fit(x, y, { ...quiet, epochs: 5, batchSize: 8, callbacks })
    expect(batches).toEqual([0])
    expect(history(result).energy_kwh).toEqual([0.001])
    expect(tracker.warnings).toEqual([expect.stringMatching(/^BUDGET_REACHED: the budget of 0.1 kWh/)])
    expect((await model.getWeights()[0]?.data())?.every(Number.isFinite)).toBe(true)
  })

  it('obeys a policy that asks the run to stop', async () => {
    spyOnWarnings()
    const tracker = scriptedTracker()
    const policy = new AbortController()
    tracker.signal = policy.signal
    const { x, y } = tinyData()
    const asks = new tf.CustomCallback({
      onBatchEnd: async () => policy.abort('the cap of 2 kWh is reached'),
    })
    const callbacks = [asks, energyCallback({ tracker, tf })]
    const result = await tinyModel().fit(x, y, { ...quiet, epochs: 5, batchSize: 8, callbacks })
    expect(history(result).loss).toHaveLength(1)
  })

  it('says so where the model is not known to it', async () => {
    const warnings = spyOnWarnings()
    const tracker = scriptedTracker(undefined, () => figuresOf(0.5))
    const { x, y } = tinyData()
    const handler = { onEpochEnd: () => {} }
    const result = await tinyModel().fit(x, y, {
      ...quiet,
      epochs: 2,
      callbacks: [handler, energyCallback({ tracker, tf, budget: { kWh: 0.1, action: 'stop' } })],
    })
    expect(history(result).loss).toHaveLength(2)
    expect(warnings()).toEqual([
      expect.stringContaining('is reached'),
      expect.stringContaining('withEnergy(tf, [...])'),
    ])
  })
})

describe('pitfall 8: initialEpoch', () => {
  it('epochs keep their numbers', async () => {
    const tracker = scriptedTracker()
    const { x, y } = tinyData()
    const callbacks = energyCallback({ tracker, tf })
    await tinyModel().fit(x, y, { ...quiet, initialEpoch: 3, epochs: 5, callbacks })
    expect(tracker.windows.map(({ attributes }) => attributes.index)).toEqual([3, 4])
    expect(tracker.params).toMatchObject({ initial_epoch: 3, epochs: 5 })
  })
})

describe('pitfall 10: several fits with one callback', () => {
  it.each([
    ['as a handler', {}],
    ['as an instance', { tf }],
  ])('%s: each is measured from its own beginning', async (_name, given) => {
    const tracker = scriptedTracker()
    const callback = energyCallback({ tracker, ...given })
    const { x, y } = tinyData()
    const model = tinyModel()
    for (const epochs of [2, 3]) {
      const result = await model.fit(x, y, { ...quiet, epochs, callbacks: callback })
      expect(history(result).energy_kwh).toEqual(Array(epochs).fill(0.001))
    }
    expect(tracker.windows.map(({ attributes }) => attributes.index)).toEqual([0, 1, 0, 1, 2])
    expect(tracker.stops).toEqual([])
    expect(tracker.warnings).toEqual([])
  })
})

describe('pitfall 15: nothing is left behind, nothing is changed', () => {
  const tensorsAfter = async (callbacks: () => tf.ModelFitArgs['callbacks']): Promise<number> => {
    const { x, y } = tinyData()
    const before = tf.memory().numTensors
    const model = tinyModel()
    await model.fit(x, y, {
      ...quiet,
      epochs: 3,
      batchSize: 8,
      validationSplit: 0.25,
      callbacks: callbacks(),
    })
    return tf.memory().numTensors - before
  }

  it.each([
    ['as a handler', () => energyCallback({ tracker: scriptedTracker() })],
    ['as an instance', () => energyCallback({ tracker: scriptedTracker(), tf })],
    ['splitting validation', () => energyCallback({ tracker: scriptedTracker(), tf, splitValidation: true })],
    ['with windows of batches', () => energyCallback({ tracker: scriptedTracker(), tf, batches: true })],
  ])('%s it leaks no tensor', async (_name, callbacks) => {
    spyOnWarnings()
    expect(await tensorsAfter(callbacks)).toBe(await tensorsAfter(() => undefined))
  })

  it.each([
    ['as an instance', { tf }],
    ['as a handler', {}],
    ['with everything on', { tf, splitValidation: true, batches: true, yieldEvery: 'batch' }],
  ] as const)('%s it leaves the trained weights the same bit for bit', async (_name, options) => {
    const train = async (callbacks: tf.ModelFitArgs['callbacks']) => {
      const { x, y } = tinyData()
      const model = tinyModel()
      await model.fit(x, y, { ...quiet, epochs: 3, batchSize: 8, shuffle: false, callbacks })
      return Promise.all(model.getWeights().map(weights => weights.data()))
    }
    expect(await train(energyCallback({ tracker: scriptedTracker(), ...options }))).toEqual(
      await train(undefined),
    )
  })
})

describe('pitfall 17: kinds of models', () => {
  it.each([
    ['Sequential', tinyModel, 'SGD'],
    ['functional', tinyFunctionalModel, 'Adam'],
  ] as const)('%s: optimizer, loss and backend are logged', async (_name, make, optimizer) => {
    const tracker = scriptedTracker()
    const { x, y } = tinyData()
    await make().fit(x, y, { ...quiet, epochs: 1, callbacks: energyCallback({ tracker, tf }) })
    expect(tracker.params).toMatchObject({
      optimizer_name: optimizer,
      optimizer_learning_rate: expect.closeTo(optimizer === 'SGD' ? 0.1 : 0.001, 6),
      loss: 'categoricalCrossentropy',
      backend: 'cpu',
      tfjs_version: '4.22.0',
    })
  })
})

describe('metrics', () => {
  it('of each epoch are logged to its window as numbers, also where the logs hold tensors', async () => {
    const tracker = scriptedTracker()
    const { x, y } = tinyData()
    const result = await tinyModel().fit(x, y, {
      ...quiet,
      epochs: 2,
      validationSplit: 0.25,
      callbacks: [energyCallback({ tracker, tf })],
    })
    const { loss, acc, val_loss } = history(result)
    expect(tracker.windows.map(({ metrics }) => metrics.loss)).toEqual(loss)
    expect(tracker.windows.map(({ metrics }) => metrics.acc)).toEqual(acc)
    expect(tracker.windows.map(({ metrics }) => metrics.val_loss)).toEqual(val_loss)
  })

  it('what the whole training will take is logged once three epochs are through', async () => {
    const tracker = scriptedTracker()
    const { x, y } = tinyData()
    await tinyModel().fit(x, y, { ...quiet, epochs: 10, callbacks: energyCallback({ tracker }) })
    expect(tracker.metrics).toMatchObject({
      predicted_kwh: expect.closeTo(0.01, 9),
      predicted_g: expect.closeTo(1, 9),
      predicted_s: expect.closeTo(10, 9),
    })
  })
})
