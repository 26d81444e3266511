import { openStore } from '@epochwatt/core'
import * as tf from '@tensorflow/tfjs'
import * as other from 'tfjs-other-version'
import { describe, expect, it } from 'vitest'
import { autolog, energyCallback, withEnergy } from './index.js'
import { scriptedTracker } from './testing/scripted-tracker.js'
import { temporaryStore } from './testing/temporary-store.js'
import { history, tinyData, tinyModel } from './testing/tiny-training.js'

const store = temporaryStore()
const EPOCHS = 2

let layers = 0

/** The tests' model is of the first copy; this is the second one's. */
const otherModel = (): tf.LayersModel => {
  // Both copies count their layers from one, and register their variables in one place.
  const name = `other_${++layers}`
  const model = other.sequential({ layers: [other.layers.dense({ units: 3, inputShape: [4], name })] })
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
  return model as unknown as tf.LayersModel
}

const fit = async (model: tf.LayersModel, callbacks?: unknown): Promise<Record<string, number[]>> => {
  const { x, y } = tinyData()
  const args = { epochs: EPOCHS, verbose: 0 as const, callbacks: callbacks as tf.ModelFitArgs['callbacks'] }
  return history(await model.fit(x, y, args))
}

describe('pitfall 11: two copies of TensorFlow.js in one process', () => {
  it('are two: this test can fail', () => {
    expect(other.version.tfjs).not.toBe(tf.version.tfjs)
    expect(other.LayersModel).not.toBe(tf.LayersModel)
  })

  const early = () => tf.callbacks.earlyStopping({ monitor: 'loss', patience: 9 })
  const tracker = scriptedTracker
  it.each([
    ['without tf', tinyModel, () => energyCallback({ tracker: tracker() })],
    ['without tf, of the other copy', otherModel, () => energyCallback({ tracker: tracker() })],
    [
      'with the tf of the other copy, alone',
      tinyModel,
      () => energyCallback({ tracker: tracker(), tf: other }),
    ],
    ['and after an instance', tinyModel, () => [early(), energyCallback({ tracker: tracker(), tf: other })]],
    [
      'and beside a handler',
      tinyModel,
      () => [energyCallback({ tracker: tracker(), tf: other }), { onEpochEnd: () => {} }],
    ],
    [
      'and in withEnergy',
      tinyModel,
      () => withEnergy(tf, [energyCallback({ tracker: tracker(), tf: other }), early()]),
    ],
  ])('a callback %s measures', async (_name, model, callbacks) => {
    expect((await fit(model(), callbacks())).energy_kwh).toEqual([0.001, 0.001])
  })

  it('TensorFlow.js itself refuses a list with callbacks of both copies: its error comes through', async () => {
    const foreign = other.callbacks.earlyStopping({ monitor: 'loss' })
    await expect(fit(tinyModel(), [energyCallback({ tracker: tracker(), tf }), foreign])).rejects.toThrow(
      'model must be a LayersModel',
    )
  })

  it('autolog logs the copy it was given, and two of them both, each once', async () => {
    const dir = store()
    const names = () =>
      openStore(dir)
        .list()
        .records.map(({ name }) => name)
    const first = autolog(tf, { dir, name: 'first copy' })
    await fit(tinyModel())
    await fit(otherModel())
    expect(names()).toEqual(['first copy'])

    const second = autolog(other, { dir, name: 'second copy' })
    await fit(otherModel())
    await fit(tinyModel())
    expect(names()).toEqual(['first copy', 'second copy', 'first copy'])
    await first.disable()
    await second.disable()
  })
})
