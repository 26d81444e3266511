// Trains a classifier on handwritten digits and shows what it cost. From the top folder: pnpm demo
// Other sizes, to have something to compare: node examples/digits/train.mjs --units 256

import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { renderHtmlReport, renderTerminalSummary } from '@epochwatt/report'
import { energyCallback } from '@epochwatt/tensorflowjs-callback'
import * as tf from '@tensorflow/tfjs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { CLASSES, loadDigits, PIXELS } from './digits.mjs'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const dir = process.env.EPOCHWATT_DIR || join(repository, '.epochwatt')

const { values } = parseArgs({
  options: {
    units: { type: 'string', default: '64' },
    epochs: { type: 'string', default: '10' },
    samples: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
  },
})
const [units, epochs, samples, seed] = [values.units, values.epochs, values.samples, values.seed].map(Number)

/** WebAssembly is several times as fast as plain JavaScript; where it does not start, the latter does. */
const chooseBackend = async () => {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))
    setWasmPaths(`${folder}/`)
    if (await tf.setBackend('wasm')) return
  } catch {
    // Falls through to the backend that is always there.
  }
  await tf.setBackend('cpu')
}

const createModel = () => {
  const dense = (size, activation, layerSeed) =>
    tf.layers.dense({
      units: size,
      activation,
      kernelInitializer: tf.initializers.glorotUniform({ seed: layerSeed }),
    })
  const model = tf.sequential()
  model.add(tf.layers.inputLayer({ inputShape: [PIXELS] }))
  model.add(dense(units, 'relu', seed))
  model.add(dense(CLASSES, 'softmax', seed + 1))
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
  return model
}

const toTensors = digits => {
  const pixels = new Float32Array(digits.length * PIXELS)
  digits.forEach((digit, index) => {
    pixels.set(digit.pixels, index * PIXELS)
  })
  const labels = tf.tensor1d(
    digits.map(({ label }) => label),
    'int32',
  )
  return [tf.tensor2d(pixels, [digits.length, PIXELS]), tf.oneHot(labels, CLASSES)]
}

await chooseBackend()
const digits = loadDigits(seed).slice(0, samples)
const held = Math.floor(digits.length / 5)
const [x, y] = toTensors(digits.slice(held))
const validationData = toTensors(digits.slice(0, held))
console.error(
  `Training on ${digits.length - held} handwritten digits, ${units} units, backend ${tf.getBackend()}.\n`,
)

const energy = energyCallback({
  tf,
  dir,
  project: 'digits',
  name: `digits, ${units} units`,
  params: { units, seed },
  verbose: 1,
})
await createModel().fit(x, y, {
  epochs,
  batchSize: 64,
  // Shuffled once by the seed already: the same weights come out of every run.
  shuffle: false,
  validationData,
  callbacks: energy,
})

const { record } = energy
if (record) {
  const report = join(dir, 'runs', record.id, 'report.html')
  writeFileSync(report, renderHtmlReport(record))
  const color = process.stdout.isTTY === true && !process.env.NO_COLOR
  console.log(`\n${renderTerminalSummary(record, { color, width: process.stdout.columns || 100 })}`)
  console.log(`Report:   ${report}`)
  const cli = relative(process.cwd(), join(repository, 'packages/cli/dist/bin.js'))
  const elsewhere = resolve('.epochwatt') === resolve(dir) ? '' : ` --dir ${dir}`
  console.log(`Compare:  node ${cli} compare${elsewhere}   (after another run, e.g. with --units 256)`)
} else {
  console.error('Tracking is switched off (EPOCHWATT_DISABLED): nothing was recorded.')
}
