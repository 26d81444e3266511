import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { type EnergyCallbackOptions, energyCallback } from './index.js'
import { scriptedTracker } from './testing/scripted-tracker.js'

const wrong = (options: object) => () => energyCallback(options as EnergyCallbackOptions)

describe('wrong options throw before training, naming option, value and what is accepted', () => {
  it.each([
    ['tf', wrong({ tf: 'tensorflow' }), /"tf" is "tensorflow".*import \* as tf/],
    ['yieldEvery', wrong({ yieldEvery: 'sometimes' }), /"yieldEvery" is "sometimes".*milliseconds/],
    ['verbose', wrong({ verbose: 2 }), /"verbose" is 2.*0 or 1/],
    ['batches', wrong({ batches: 5 }), /"batches" is 5; accepted: true or false/],
    ['splitValidation', wrong({ splitValidation: 'yes' }), /"splitValidation" is "yes".*true or false/],
    ['tracker', wrong({ tracker: {} }), /"tracker".*startTracking\(\)/],
    [
      'tracker with options',
      wrong({ tracker: scriptedTracker(), country: 'FR' }),
      /"country" is "FR".*without "tracker"/,
    ],
    ['budget', wrong({ budget: { kWh: 0 } }), /"budget.kWh" is 0.*above 0/],
    ['an option of tracking', wrong({ pue: -1 }), /"pue" is -1/],
    ['an unknown option', wrong({ contry: 'FR' }), /"contry".*"country"/],
    ['a country that is none', wrong({ country: 'Atlantis' }), /country/],
  ])('%s', (_name, make, message) => {
    expect(make).toThrow(message)
  })

  it('accepts what is documented', () => {
    expect(() =>
      energyCallback({
        tf,
        yieldEvery: 20,
        verbose: 1,
        splitValidation: true,
        budget: { hours: 1, action: 'stop' },
      }),
    ).not.toThrow()
  })
})

describe('types', () => {
  it('fits the callbacks of TensorFlow.js in every shape', () => {
    const tracker = scriptedTracker()
    const shapes: tf.ModelFitArgs['callbacks'][] = [
      energyCallback({ tracker }),
      [energyCallback({ tracker }), { onEpochEnd: () => {} }],
      [energyCallback({ tracker, tf }), tf.callbacks.earlyStopping()],
    ]
    const instances: tf.CustomCallback[] = [energyCallback({ tracker, tf })]
    expect(shapes).toHaveLength(3)
    expect(instances[0]).toBeInstanceOf(tf.CustomCallback)
  })
})
