import { energyCallback } from '@epochwatt/tensorflowjs-callback'
import * as tf from '@tensorflow/tfjs'

const model = tf.sequential({
  layers: [tf.layers.dense({ units: 4, inputShape: [8] }), tf.layers.dense({ units: 1 })],
})
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
const { history } = await model.fit(tf.randomNormal([256, 8]), tf.randomNormal([256, 1]), {
  epochs: 3,
  callbacks: energyCallback({ country: 'FR', samplingIntervalMs: 50 }),
})
console.log(JSON.stringify(history))
