import * as tf from '@tensorflow/tfjs'

await tf.setBackend('cpu')

const SAMPLES = 32
const FEATURES = 4

/** A classifier that trains in milliseconds. */
export const tinyModel = (): tf.Sequential => {
  const model = tf.sequential()
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 7 })
  model.add(tf.layers.dense({ units: 3, activation: 'softmax', inputShape: [FEATURES], kernelInitializer }))
  model.compile({ optimizer: tf.train.sgd(0.1), loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
  return model
}

export const tinyFunctionalModel = (): tf.LayersModel => {
  const input = tf.input({ shape: [FEATURES] })
  const output = tf.layers.dense({ units: 3, activation: 'softmax' }).apply(input) as tf.SymbolicTensor
  const model = tf.model({ inputs: input, outputs: output })
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' })
  return model
}

export const tinyData = (): { x: tf.Tensor2D; y: tf.Tensor2D } => {
  const rows = Array.from({ length: SAMPLES }, (_, row) =>
    Array.from({ length: FEATURES }, (_, column) => Math.sin(row * 3.7 + column * 1.3)),
  )
  const labels = rows.map((_, row) => [0, 1, 2].map(label => Number(row % 3 === label)))
  return { x: tf.tensor2d(rows), y: tf.tensor2d(labels) }
}

/** Batches of 8 for `fitDataset`. A generator has no size; an array has. */
export const tinyDataset = (kind: 'array' | 'generator' = 'array'): tf.data.Dataset<tf.TensorContainer> => {
  const examples = Array.from({ length: SAMPLES }, (_, row) => ({
    xs: Array.from({ length: FEATURES }, (_, column) => Math.sin(row * 3.7 + column * 1.3)),
    ys: [0, 1, 2].map(label => Number(row % 3 === label)),
  }))
  if (kind === 'array') return tf.data.array(examples).batch(8)
  const generate = function* () {
    yield* examples
  }
  return tf.data.generator(generate as () => Iterator<tf.TensorContainer>).batch(8)
}

export const history = (result: tf.History): Record<string, number[]> =>
  result.history as Record<string, number[]>
