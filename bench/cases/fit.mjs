// Trains the same model by turns with and without energyCallback(), and compares the time of epochs: what falls on the
// machine meanwhile falls on both. Processor time, all threads of the process, says the same with less noise. Weights
// must come out the same, bit for bit.
import { energyCallback } from '@epochwatt/tensorflowjs-callback'
import * as tf from '@tensorflow/tfjs'

const rounds = Number(process.argv[2])
const EPOCHS = 5

await tf.setBackend('cpu')

const [ROWS, COLUMNS, CLASSES] = [1024, 256, 10]
const x = tf.tensor2d(
  Float32Array.from({ length: ROWS * COLUMNS }, (_, place) => Math.sin(place * 1.7)),
  [ROWS, COLUMNS],
)
const y = tf.oneHot(tf.range(0, ROWS, 1, 'int32').mod(tf.scalar(CLASSES, 'int32')), CLASSES)

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** From the end of an epoch to that of the next, so that beginnings are in it; two epochs are left for warming up. */
const train = async callbacks => {
  const dense = (units, activation, seed) =>
    tf.layers.dense({ units, activation, kernelInitializer: tf.initializers.glorotUniform({ seed }) })
  const model = tf.sequential()
  model.add(tf.layers.inputLayer({ inputShape: [COLUMNS] }))
  model.add(dense(128, 'relu', 1))
  model.add(dense(CLASSES, 'softmax', 2))
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' })
  const wallMs = []
  const cpuMs = []
  let ended = Number.NaN
  let used = process.cpuUsage()
  const clock = new tf.CustomCallback(
    {
      onEpochEnd: () => {
        const now = performance.now()
        wallMs.push(now - ended)
        ended = now
        const { user, system } = process.cpuUsage(used)
        used = process.cpuUsage()
        cpuMs.push((user + system) / 1000)
      },
    },
    'never',
  )
  await model.fit(x, y, {
    epochs: EPOCHS,
    batchSize: 32,
    shuffle: false,
    verbose: 0,
    callbacks: [...callbacks, clock],
  })
  const weights = model.getWeights().flatMap(each => [...each.dataSync()])
  model.dispose()
  return { wallMs: median(wallMs.slice(2)), cpuMs: median(cpuMs.slice(2)), weights }
}

/** Adds up what the callback's own hooks take, which no noise of the machine hides. */
const timed = (callback, spent) => {
  for (const name of ['onEpochBegin', 'onEpochEnd']) {
    const hook = callback[name]
    callback[name] = async (...args) => {
      const began = performance.now()
      await hook.apply(callback, args)
      spent.push(performance.now() - began)
    }
  }
  return callback
}

await train([])
const hooksMs = []
const ratios = []
const cpuRatios = []
const withoutMs = []
let sameWeights = true
for (let round = 0; round < rounds; round++) {
  const spent = []
  const energy = timed(energyCallback({ tf, country: 'FR', yieldEvery: 'never' }), spent)
  const arms = { with: [energy], without: [] }
  const order = round % 2 === 0 ? ['with', 'without'] : ['without', 'with']
  const results = {}
  for (const arm of order) results[arm] = await train(arms[arm])
  hooksMs.push((2 * spent.reduce((sum, ms) => sum + ms, 0)) / spent.length)
  ratios.push(results.with.wallMs / results.without.wallMs)
  cpuRatios.push(results.with.cpuMs / results.without.cpuMs)
  withoutMs.push(results.without.wallMs)
  sameWeights &&= results.with.weights.every((weight, place) =>
    Object.is(weight, results.without.weights[place]),
  )
}
console.log(
  JSON.stringify({
    ratio: median(ratios),
    cpuRatio: median(cpuRatios),
    epochMs: median(withoutMs),
    hooksMs: median(hooksMs),
    rounds,
    sameWeights,
  }),
)
