// Trains on iris flowers without a callback: autolog measures and logs whatever `fit` is called.
// From the top folder, after `pnpm build`: node examples/iris/train.mjs
// The same without a line about epochwatt: node --import @epochwatt/tensorflowjs-callback/autolog your-script.js

import { openStore } from '@epochwatt/core'
import { renderTerminalSummary } from '@epochwatt/report'
import { autolog } from '@epochwatt/tensorflowjs-callback'
import * as tf from '@tensorflow/tfjs'
import { CLASSES, FEATURES, loadFlowers } from './flowers.mjs'

await tf.ready()
autolog(tf, { project: 'iris', name: 'iris, dense' })

const model = tf.sequential({
  layers: [
    tf.layers.dense({ units: 10, activation: 'relu', inputShape: [FEATURES] }),
    tf.layers.dense({ units: CLASSES, activation: 'softmax' }),
  ],
})
model.compile({ optimizer: tf.train.adam(0.02), loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
const { x, y } = loadFlowers(1)
await model.fit(x, y, { epochs: 15, batchSize: 16, validationSplit: 0.2, verbose: 0 })

const store = openStore(process.env.EPOCHWATT_DIR)
const record = store.read('latest')
const color = process.stdout.isTTY === true && !process.env.NO_COLOR
console.log(renderTerminalSummary(record, { color, width: process.stdout.columns || 100 }))
console.log(`Model and summary are in ${store.runDirectory(record.id)}`)
