import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type EnergyCallback, energyCallback, withEnergy } from './index.js'
import { type ScriptedTracker, scriptedTracker } from './testing/scripted-tracker.js'
import { spyOnWarnings } from './testing/spy-on-warnings.js'
import { history, tinyData, tinyModel } from './testing/tiny-training.js'

const EPOCHS = 3

interface Plain {
  onEpochEnd(epoch: number, logs?: tf.Logs): void
}

const plain = (): Plain => ({ onEpochEnd: vi.fn() })

const stopping = (): tf.EarlyStopping => tf.callbacks.earlyStopping({ monitor: 'loss', patience: 100 })

/** A callback of the kind of tfjs-node's TensorBoard: methods on the prototype, state in fields. */
class EpochCounter extends tf.CustomCallback {
  epochs = 0

  constructor() {
    super({})
  }

  override async onEpochEnd(): Promise<void> {
    this.epochs++
  }
}

let tracker: ScriptedTracker
let warnings: () => string[]

beforeEach(() => {
  tracker = scriptedTracker()
  warnings = spyOnWarnings()
})
afterEach(() => {
  vi.restoreAllMocks()
})

const fit = async (callbacks: tf.ModelFitArgs['callbacks']): Promise<Record<string, number[]>> => {
  const { x, y } = tinyData()
  return history(await tinyModel().fit(x, y, { epochs: EPOCHS, verbose: 0, callbacks }))
}

const bare = (): EnergyCallback => energyCallback({ tracker })
const instance = () => energyCallback({ tracker, tf })

type Shape = readonly [name: string, callbacks: () => tf.ModelFitArgs['callbacks'], knowsModel: boolean]

const working: readonly Shape[] = [
  ['callback', bare, false],
  ['[callback]', () => [bare()], false],
  ['[plain, callback]', () => [plain(), bare()], false],
  ['[callback, plain]', () => [bare(), plain()], false],
  ['[instance of theirs, callback]', () => [stopping(), bare()], true],
  ['[subclass instance, callback]', () => [new EpochCounter(), bare()], true],
  ['callback with tf', instance, true],
  ['[callback with tf]', () => [instance()], true],
  ['[callback with tf, instance of theirs]', () => [instance(), stopping()], true],
  ['[callback with tf, subclass instance]', () => [instance(), new EpochCounter()], true],
  ['[instance of theirs, callback with tf]', () => [stopping(), instance()], true],
  ['[plain, callback with tf]', () => [plain(), instance()], false],
  ['withEnergy(nothing)', () => withEnergy(tf, undefined, { tracker }), true],
  ['withEnergy(plain)', () => withEnergy(tf, plain(), { tracker }), true],
  ['withEnergy([])', () => withEnergy(tf, [], { tracker }), true],
  ['withEnergy([plain, instance])', () => withEnergy(tf, [plain(), stopping()], { tracker }), true],
  ['withEnergy([callback, instance])', () => withEnergy(tf, [bare(), stopping()]), true],
  ['withEnergy([callback with tf, plain])', () => withEnergy(tf, [instance(), plain()]), true],
  [
    'withEnergy([callback, plain, instance])',
    () => withEnergy(tf, [bare(), plain(), new EpochCounter()]),
    true,
  ],
  ['withEnergy([instance, plain, callback])', () => withEnergy(tf, [stopping(), plain(), bare()]), true],
]

describe('pitfall 1: every shape of `callbacks`', () => {
  it.each(working)('%s measures every epoch', async (_name, callbacks, knowsModel) => {
    const result = await fit(callbacks())

    expect(result.energy_kwh).toEqual([0.001, 0.001, 0.001])
    expect(result.carbon_g).toEqual([0.1, 0.1, 0.1].map(grams => expect.closeTo(grams, 12)))
    expect(result.loss).toHaveLength(EPOCHS)
    expect(result.loss?.every(Number.isFinite)).toBe(true)
    expect(tracker.windows.map(({ attributes }) => attributes.index)).toEqual([0, 1, 2])
    expect(tracker.windows.every(({ ended }) => ended)).toBe(true)
    expect(tracker.params).toMatchObject({ epochs: EPOCHS, batch_size: 32, samples: 32 })
    expect(tracker.params.optimizer_name).toBe(knowsModel ? 'SGD' : undefined)
    expect(warnings()).toEqual([])
  })

  it('[callback with tf, plain] fails before training, and says what to write instead', async () => {
    await expect(fit([instance(), plain()])).rejects.toThrow('setParams is not a function')
    expect(warnings()).toEqual([expect.stringContaining('withEnergy(tf, [...])')])
    expect(tracker.windows).toEqual([])
  })

  it('after such a failure the same callback measures a correct list', async () => {
    const callback = instance()
    await expect(fit([callback, plain()])).rejects.toThrow()
    const result = await fit([callback, stopping()])
    expect(result.energy_kwh).toEqual([0.001, 0.001, 0.001])
  })

  it('[callback without tf, instance of theirs] is broken by TensorFlow.js itself, as it is without the callback', async () => {
    const callback = bare()
    await expect(fit([plain(), stopping()])).rejects.toThrow('getMonitorValue is not a function')
    await expect(fit([callback, stopping()])).rejects.toThrow('getMonitorValue is not a function')
    expect((await fit(callback)).energy_kwh).toEqual([0.001, 0.001, 0.001])
  })

  it('others in a normalised list are called as ever', async () => {
    const handler = plain()
    const counter = new EpochCounter()
    await fit(withEnergy(tf, [handler, counter], { tracker }))
    expect(handler.onEpochEnd).toHaveBeenCalledTimes(EPOCHS)
    expect(vi.mocked(handler.onEpochEnd).mock.calls[0]?.[1]).toMatchObject({ energy_kwh: 0.001 })
    expect(counter.epochs).toBe(EPOCHS)
  })

  it('callbacks after it see the figures: early stopping can monitor carbon', async () => {
    const rising = scriptedTracker(count => ({ ...tracker.figures(), ...figuresRising(count) }))
    const { x, y } = tinyData()
    const result = await tinyModel().fit(x, y, {
      epochs: 10,
      verbose: 0,
      callbacks: [
        energyCallback({ tf, tracker: rising }),
        tf.callbacks.earlyStopping({ monitor: 'carbon_g' }),
      ],
    })
    expect(history(result).carbon_g).toEqual([1, 2])
  })
})

const figuresRising = (count: number) => ({
  carbonGrams: {
    value: count + 1,
    low: 0,
    high: 9,
    unit: 'gCO2e',
    tier: 'modelled' as const,
    method: 'scripted',
  },
})

describe('own hooks only', () => {
  it.each([
    ['without tf', bare],
    ['with tf', instance],
  ])('%s: nothing that TensorFlow.js could take over is inherited', (_name, make) => {
    const callback = make()
    const hooks = ['TrainBegin', 'TrainEnd', 'EpochBegin', 'EpochEnd', 'BatchBegin', 'BatchEnd'].map(
      name => `on${name}`,
    )
    expect(hooks.filter(hook => !Object.hasOwn(callback, hook))).toEqual([])
  })

  it.each([
    ['callback', bare],
    ['[plain, callback with tf]', () => [plain(), instance()]],
  ])(
    '%s: as a mere handler it is not called after batches, which would download scalars',
    async (_name, make) => {
      const callbacks = make()
      const energy = Array.isArray(callbacks) ? callbacks[1] : callbacks
      await fit(callbacks as tf.ModelFitArgs['callbacks'])
      expect((energy as EnergyCallback).onBatchEnd).toBeUndefined()
    },
  )

  it('withEnergy refuses options that nobody would read', () => {
    expect(() => withEnergy(tf, [bare()], { country: 'FR' })).toThrow('give the options to that one')
  })
})

describe('pitfall 12: measured twice', () => {
  it.each([
    ['instances', (other: ScriptedTracker) => [instance(), energyCallback({ tf, tracker: other })]],
    ['handlers', (other: ScriptedTracker) => [bare(), energyCallback({ tracker: other })]],
  ])(
    'of two energy callbacks in one list (%s) the first measures, and it is said',
    async (_name, callbacks) => {
      const other = scriptedTracker()
      const result = await fit(callbacks(other))
      expect(result.energy_kwh).toEqual([0.001, 0.001, 0.001])
      expect(tracker.windows).toHaveLength(EPOCHS)
      expect(other.windows).toEqual([])
      expect(warnings()).toEqual([expect.stringContaining('one is enough')])
      expect(tracker.warnings).toEqual([])
    },
  )

  it('one energy callback twice in one list measures once', async () => {
    const callback = instance()
    const result = await fit([callback, callback])
    expect(result.energy_kwh).toEqual([0.001, 0.001, 0.001])
    expect(tracker.events.slice(0, 2)).toEqual(['begin epoch 0', 'end epoch 0'])
    expect(tracker.windows).toHaveLength(EPOCHS)
    expect(tracker.warnings).toEqual([])
  })

  it('withEnergy does not add a second one', () => {
    const own = instance()
    expect(withEnergy(tf, [own, plain()]).filter(entry => 'record' in entry)).toEqual([own])
  })
})
