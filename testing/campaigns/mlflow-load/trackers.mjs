// Several trackings in one process, each with its own MLflow run, for as long as the arguments say. Tells at the end what each did.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTracking } from '../../../packages/core/dist/index.js'
import { mlflow } from '../../../packages/mlflow-plugin/dist/index.js'
import { trained } from './trained.mjs'

const { dir, trackingUri, experiment, first, count, seconds, epochSeconds } = JSON.parse(process.argv[2])
process.removeAllListeners('warning')
process.on('warning', () => {})

const train = async number => {
  // Not all at the same instant, as nobody starts them so.
  await sleep((epochSeconds * 1000 * (number - first)) / count)
  const tracker = startTracking({
    dir,
    country: 'FR',
    project: experiment,
    name: `tracker-${number}`,
    params: { number },
    exporters: [mlflow({ trackingUri, experiment })],
  })
  let epochs = 0
  for (const until = performance.now() + seconds * 1000; performance.now() < until; epochs++) {
    const epoch = tracker.window('epoch', { index: epochs })
    await sleep(epochSeconds * 1000)
    epoch.logMetrics(trained(number, epochs))
    epoch.end()
  }
  const stopping = performance.now()
  const record = await tracker.stop()
  return {
    number,
    id: tracker.id,
    epochs,
    status: record?.status,
    stopSeconds: (performance.now() - stopping) / 1000,
  }
}

const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
const runs = await Promise.all(Array.from({ length: count }, (_, index) => train(first + index)))
delay.disable()
const { user, system } = process.cpuUsage()
console.log(
  JSON.stringify({
    runs,
    cpuSeconds: (user + system) / 1e6,
    rssMb: process.memoryUsage.rss() / 2 ** 20,
    blockedMs: { median: delay.percentile(50) / 1e6 - 5, p99: delay.percentile(99) / 1e6 - 5 },
  }),
)
