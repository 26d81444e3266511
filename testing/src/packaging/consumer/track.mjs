import { startTracking } from '@epochwatt/core'

const train = () => {
  const end = Date.now() + 400
  let loss = 1
  while (Date.now() < end) loss = Math.sqrt(loss + 1)
  return loss
}

const main = async () => {
  const tracker = startTracking({ country: 'FR', samplingIntervalMs: 50, name: 'consumer' })
  for (let index = 0; index < 2; index++) {
    const epoch = tracker.window('epoch', { index })
    epoch.logMetrics({ loss: train() })
    epoch.end()
  }
  console.log(JSON.stringify(await tracker.stop()))
}

void main()
