// A service that classifies points over HTTP and knows what each request takes. Here it is its own client, and ends
// after some requests. From the top folder, after `pnpm build`: node examples/inference/service.mjs

import { createServer } from 'node:http'
import { figureText, formatCarbon, formatEnergy, intervalText } from '@epochwatt/report'
import { trackInference } from '@epochwatt/tensorflowjs-callback'
import * as tf from '@tensorflow/tfjs'

const REQUESTS = 200

await tf.ready()

/** Inside the circle or not: learnt from points that are made up. */
const trainModel = async () => {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 16, activation: 'relu', inputShape: [2] }),
      tf.layers.dense({ units: 1, activation: 'sigmoid' }),
    ],
  })
  model.compile({ optimizer: tf.train.adam(0.05), loss: 'binaryCrossentropy' })
  const points = tf.randomUniform([512, 2], -1, 1, 'float32', 1)
  const labels = points.square().sum(1, true).less(0.5).cast('float32')
  await model.fit(points, labels, { epochs: 6, batchSize: 64, verbose: 0 })
  return model
}

const model = await trainModel()
const classify = trackInference(
  points => tf.tidy(() => Array.from(model.predict(tf.tensor2d(points)).dataSync())),
  { per: 'request', project: 'circle', name: 'circle, service' },
)

const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  response.end(JSON.stringify(classify(JSON.parse(Buffer.concat(chunks).toString()))))
})
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const address = `http://127.0.0.1:${server.address().port}`

for (let sent = 0; sent < REQUESTS; sent++) {
  const body = JSON.stringify([[Math.sin(sent), Math.cos(sent * 2)]])
  await (await fetch(address, { method: 'POST', body })).json()
}
server.closeAllConnections()
server.close()

const { units, energyPerUnitKwh, carbonPerUnitGrams, staticShare, busyShare } = classify.figures()
await classify.stop()
const percent = share => (share === undefined ? 'unknown' : `${Math.round(share * 100)} %`)
const text = figure => `${figureText(figure)}, 90 % interval ${intervalText(figure)}`
console.log(`${units} requests`)
console.log(`energy per request  ${energyPerUnitKwh ? text(formatEnergy(energyPerUnitKwh)) : 'unknown'}`)
console.log(`carbon per request  ${carbonPerUnitGrams ? text(formatCarbon(carbonPerUnitGrams)) : 'unknown'}`)
console.log(`static share        ${percent(staticShare)}`)
console.log(`time in requests    ${percent(busyShare)}`)
