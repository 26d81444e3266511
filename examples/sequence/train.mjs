// Trains a recurrent network on sentences that are made up on the way, with fitDataset, and tells training and
// validation apart. From the top folder, after `pnpm build`: node examples/sequence/train.mjs

import { figureText, formatEnergy } from '@epochwatt/report'
import { energyCallback } from '@epochwatt/tensorflowjs-callback'
import * as tf from '@tensorflow/tfjs'
import { LENGTH, sentences, VOCABULARY } from './sentences.mjs'

const BATCH = 32
const BATCHES = 12

await tf.ready()
const model = tf.sequential({
  layers: [
    tf.layers.embedding({ inputDim: VOCABULARY, outputDim: 8, inputLength: LENGTH }),
    tf.layers.gru({ units: 12 }),
    tf.layers.dense({ units: 1, activation: 'sigmoid' }),
  ],
})
model.compile({ optimizer: tf.train.adam(0.03), loss: 'binaryCrossentropy', metrics: ['accuracy'] })

const energy = energyCallback({
  tf,
  project: 'sentences',
  name: 'sentences, GRU',
  splitValidation: true,
  verbose: 1,
})
await model.fitDataset(tf.data.generator(() => sentences(1)).batch(BATCH), {
  epochs: 4,
  batchesPerEpoch: BATCHES,
  // Without an end of its own, the validation data needs a number of batches too.
  validationData: tf.data.generator(() => sentences(2)).batch(BATCH),
  validationBatches: 3,
  callbacks: energy,
})

const text = quantity => (quantity ? figureText(formatEnergy(quantity)) : 'unknown')
for (const { index, metrics, phases } of energy.record?.epochs ?? []) {
  const { train, validation } = phases
  console.log(
    `epoch ${index + 1}: training ${text(train?.energy_kwh)}, validation ${text(validation?.energy_kwh)}, accuracy ${metrics.val_acc?.toFixed(2)}`,
  )
}
