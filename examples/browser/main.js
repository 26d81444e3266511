// Trains in the page and shows what it takes. From the top folder, after `pnpm build`:
//   npx vite examples/browser
// The same callback as in Node.js; what a page cannot measure is modelled, and every figure says so.

import { defineMeter, downloadRecord } from '@epochwatt/core/browser'
import { energyCallback } from '@epochwatt/tensorflowjs-callback'
import * as tf from '@tensorflow/tfjs'
import { logToMlflow } from './log-to-mlflow.js'
import { drawShapes, SHAPES, SIZE } from './shapes.js'

defineMeter()

const form = document.querySelector('#settings')
const message = document.querySelector('#message')
const rows = document.querySelector('#epochs')
const download = document.querySelector('#download')

const createModel = () => {
  const kernelInitializer = seed => tf.initializers.glorotUniform({ seed })
  const model = tf.sequential()
  model.add(
    tf.layers.conv2d({
      inputShape: [SIZE, SIZE, 1],
      filters: 8,
      kernelSize: 3,
      activation: 'relu',
      kernelInitializer: kernelInitializer(1),
    }),
  )
  model.add(tf.layers.maxPooling2d({ poolSize: 2 }))
  model.add(tf.layers.flatten())
  model.add(
    tf.layers.dense({ units: SHAPES.length, activation: 'softmax', kernelInitializer: kernelInitializer(2) }),
  )
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
  return model
}

/** Two digits: no model of a page carries more. */
const shown = (value, unit) =>
  Number.isFinite(value) ? `${Number(value.toPrecision(2))} ${unit}` : 'unknown'

const showEpoch = (epoch, { loss, acc, energy_kwh, carbon_g }) => {
  const cells = [
    epoch + 1,
    loss.toFixed(3),
    acc.toFixed(3),
    shown(energy_kwh * 1e6, 'mWh'),
    shown(carbon_g * 1000, 'mg'),
  ]
  const row = rows.insertRow()
  for (const cell of cells) row.insertCell().textContent = cell
}

const train = async ({ backend, epochs, country, mlflow }) => {
  await tf.setBackend(backend)
  const [training, validation] = [drawShapes(300, 1), drawShapes(60, 2)]
  const energy = energyCallback({ tf, country, project: 'shapes', name: `shapes on ${backend}` })
  rows.replaceChildren()
  await createModel().fit(training.x, training.y, {
    epochs: Number(epochs),
    batchSize: 30,
    validationData: [validation.x, validation.y],
    // Instances: they know the model, and cost no download from the GPU after each batch.
    callbacks: [energy, new tf.CustomCallback({ onEpochEnd: showEpoch })],
  })
  tf.dispose([training, validation])
  if (mlflow) await logToMlflow(mlflow, energy.record)
  return energy.record
}

form.addEventListener('submit', async event => {
  event.preventDefault()
  const button = form.querySelector('button')
  button.disabled = true
  message.textContent = 'Training …'
  try {
    const record = await train(Object.fromEntries(new FormData(form)))
    download.disabled = false
    download.onclick = () => downloadRecord(record)
    message.textContent = `Finished in ${record.duration_s.toFixed(1)} s.`
  } catch (error) {
    message.textContent = `Failed: ${error.message}`
  } finally {
    button.disabled = false
  }
})
