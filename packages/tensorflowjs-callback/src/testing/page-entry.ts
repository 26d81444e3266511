/** What the pages of the tests are made of: everything on one object, for functions that are sent to the page. */
import * as core from '@epochwatt/core/browser'
import * as callback from '@epochwatt/tensorflowjs-callback'
import * as tf from '@tensorflow/tfjs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import '@tensorflow/tfjs-backend-webgpu'

setWasmPaths('/wasm/')

/** Ten noisy prototypes. */
const images = (count: number, pixels: number) => {
  const values = Float32Array.from({ length: count * pixels }, (_, place) => {
    const [row, pixel] = [Math.floor(place / pixels), place % pixels]
    return Math.sin((row % 10) * 1.7 + pixel * 0.9) + 0.1 * Math.sin(place * 12.9898)
  })
  const labels = Float32Array.from({ length: count * 10 }, (_, place) =>
    Math.floor(place / 10) % 10 === place % 10 ? 1 : 0,
  )
  return { x: tf.tensor2d(values, [count, pixels]), y: tf.tensor2d(labels, [count, 10]) }
}

const model = (pixels: number, units: number) => {
  const dense = (size: number, activation: 'relu' | 'softmax', seed: number) =>
    tf.layers.dense({
      units: size,
      activation,
      kernelInitializer: tf.initializers.glorotUniform({ seed }),
    })
  const made = tf.sequential()
  made.add(tf.layers.inputLayer({ inputShape: [pixels] }))
  made.add(dense(units, 'relu', 1))
  made.add(dense(10, 'softmax', 2))
  made.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
  return made
}

const everything = { ...core, ...callback, tf, images, model }

declare global {
  var lab: typeof everything
}

Object.assign(globalThis, { lab: everything })
