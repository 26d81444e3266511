// Looks for good hyper-parameters and shows what each trial cost: which one to take is a question of both.
// From the top folder, after `pnpm build`: node examples/search/search.mjs

import { compareRuns, figureText, formatEnergy, renderTerminalComparison } from '@epochwatt/report'
import { energyCallback } from '@epochwatt/tensorflowjs-callback'
import * as tf from '@tensorflow/tfjs'
import { CLASSES, FEATURES, loadFlowers } from '../iris/flowers.mjs'

const TRIALS = [
  { units: 4, rate: 0.05 },
  { units: 16, rate: 0.05 },
  { units: 64, rate: 0.05 },
]
/** Enough to tell the trials apart; a real search takes epochs by the hundred. */
const EPOCHS = 8

await tf.ready()
const { x, y } = loadFlowers(1)

const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 })

const createModel = ({ units, rate }) => {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units, activation: 'relu', inputShape: [FEATURES], kernelInitializer }),
      tf.layers.dense({ units: CLASSES, activation: 'softmax', kernelInitializer }),
    ],
  })
  model.compile({ optimizer: tf.train.adam(rate), loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
  return model
}

const records = []
for (const trial of TRIALS) {
  const energy = energyCallback({
    tf,
    project: 'iris search',
    name: `${trial.units} units`,
    params: trial,
    tags: { search: 'units' },
    verbose: 0,
  })
  await createModel(trial).fit(x, y, {
    epochs: EPOCHS,
    batchSize: 16,
    validationSplit: 0.2,
    verbose: 0,
    callbacks: [energy, tf.callbacks.earlyStopping({ monitor: 'val_loss', patience: 3 })],
  })
  if (energy.record) records.push(energy.record)
}

if (records.length === 0) {
  console.error('Tracking is switched off (EPOCHWATT_DISABLED): there is nothing to compare.')
} else {
  const color = process.stdout.isTTY === true && !process.env.NO_COLOR
  const comparison = compareRuns(records, { metric: 'val_acc' })
  console.log(renderTerminalComparison(comparison, { color, width: process.stdout.columns || 120 }))

  for (const { name, waste } of records) {
    const after = waste?.after_best_epoch
    if (!after?.energy_kwh) continue
    const [best] = after.best_epochs
    const spent = figureText(formatEnergy(after.energy_kwh))
    const rest = after.epochs > 0 ? `${after.epochs} more took ${spent}` : 'the last one'
    console.log(`${name}: best in epoch ${best + 1}, ${rest}`)
  }
}
