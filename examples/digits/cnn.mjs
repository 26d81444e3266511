// A convolutional network on handwritten digits, with an optimizer's step that is looked at batch by batch.
// From the top folder, after `pnpm build`: node examples/digits/cnn.mjs
// WebAssembly cannot train convolutions, and plain JavaScript is slow: half the resolution, few samples.

import { renderTerminalSummary } from '@epochwatt/report'
import { energyCallback } from '@epochwatt/tensorflowjs-callback'
import * as tf from '@tensorflow/tfjs'
import { CLASSES, loadDigits } from './digits.mjs'

const SIDE = 14
const SAMPLES = 300
const HELD = 60

await tf.setBackend('cpu')

const toTensors = digits => {
  const pixels = new Float32Array(digits.flatMap(digit => [...digit.pixels]))
  const labels = digits.map(({ label }) => label)
  return [
    tf.tidy(() => tf.image.resizeBilinear(tf.tensor4d(pixels, [digits.length, 28, 28, 1]), [SIDE, SIDE])),
    tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), CLASSES)),
  ]
}

const model = tf.sequential({
  layers: [
    tf.layers.conv2d({ inputShape: [SIDE, SIDE, 1], filters: 8, kernelSize: 3, activation: 'relu' }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.flatten(),
    tf.layers.dense({ units: CLASSES, activation: 'softmax' }),
  ],
})
model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy', metrics: ['accuracy'] })

const digits = loadDigits(1)
const [x, y] = toTensors(digits.slice(HELD, SAMPLES))
const energy = energyCallback({
  tf,
  project: 'digits',
  name: 'digits, convolutional',
  batches: true,
  verbose: 1,
})
await model.fit(x, y, {
  epochs: 3,
  batchSize: 30,
  validationData: toTensors(digits.slice(0, HELD)),
  callbacks: [energy, tf.callbacks.earlyStopping({ monitor: 'val_loss', patience: 2 })],
})

const { record } = energy
if (record) {
  const color = process.stdout.isTTY === true && !process.env.NO_COLOR
  console.log(`\n${renderTerminalSummary(record, { color, width: process.stdout.columns || 100 })}`)
  const batches = record.windows.filter(({ name }) => name === 'batch')
  const joules = batches.map(({ energy_kwh }) => (energy_kwh?.value ?? Number.NaN) * 3.6e6)
  const [least, most] = [Math.min(...joules), Math.max(...joules)].map(value => value.toPrecision(2))
  console.log(`One batch of 30 digits took ${least} to ${most} J in ${batches.length} batches.`)
}
