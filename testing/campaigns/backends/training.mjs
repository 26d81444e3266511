// A training with every exporter there is, towards backends of which it knows nothing good. Tells of each epoch when it
// has ended, waits to be told to stop, and tells how long that took.
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { csvExporter, startTracking } from '../../../packages/core/dist/index.js'
import { mlflow } from '../../../packages/mlflow-plugin/dist/index.js'
import { otlp } from '../../../packages/otlp-plugin/dist/index.js'
import { wandb } from '../../../packages/wandb-plugin/dist/index.js'

const { dir, urls, csv, experiment, epochs, epochMs } = JSON.parse(process.argv[2])
const say = word => process.stdout.write(`${JSON.stringify(word)}\n`)
process.removeAllListeners('warning')
process.on('warning', () => {})

const tracker = startTracking({
  dir,
  country: 'FR',
  project: 'campaign',
  params: { lr: 0.1 },
  exporters: [
    mlflow({ trackingUri: urls.mlflow, experiment }),
    mlflow({ trackingUri: urls.otherMlflow, experiment: `${experiment} again` }),
    wandb({ project: 'p', dir, settings: { baseUrl: urls.wandb, silent: true, disableGit: true } }),
    otlp({ url: `${urls.otlp}/v1/metrics` }),
    csvExporter({ path: csv }),
  ],
})
const bare = startTracking({ dir: `${dir}-bare`, country: 'FR', exporters: [] })
say({ id: tracker.id })
for (let index = 0; index < epochs; index++) {
  const epoch = tracker.window('epoch', { index })
  // Half of it the loop is blocked, as trainings are.
  const until = performance.now() + epochMs / 2
  while (performance.now() < until);
  await sleep(epochMs / 2)
  epoch.logMetrics({ loss: 1 / (index + 1) })
  epoch.end()
  say({ epoch: index })
}
say({ stopping: true })
const lines = createInterface({ input: process.stdin })
await once(lines, 'line')
lines.close()
process.stdin.destroy()
const secondsOf = async work => {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}
// What stopping takes without exporters, and how long this thread had to wait for its turn: a busy machine's part.
const bareSeconds = await secondsOf(() => bare.stop())
const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()
const stopSeconds = await secondsOf(() => tracker.stop())
say({ stopSeconds, bareSeconds, waitedSeconds: delay.max / 1e9 })
// That the process ends by itself now is part of what is tried.
