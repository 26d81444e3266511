// Points to an MLflow server: `steps` logs one after the other in a loop as a training does, without waiting, `async` is
// the same (it is Python that differs), `awaited` waits for the server at each step, `bulk` sends many at once. The time of the caller's thread
// is all that its event loop works until everything has arrived, not only the time within the call.
import { performance } from 'node:perf_hooks'
import * as mlflow from 'mlflow-js-client'

const [mode, count] = [process.argv[2], Number(process.argv[3])]
await mlflow.setExperiment('bench')
const run = await mlflow.startRun()
// The schemas and the connection are there once the first point has arrived; Python's warm-up is the same.
await mlflow.logMetric('warm', 1)
const cpu = process.cpuUsage()
const utilisation = performance.eventLoopUtilization()
const began = performance.now()
if (mode === 'bulk') {
  const metrics = Array.from({ length: count }, (_, step) => ({
    key: `m${step % 10}`,
    value: 1 / (step + 1),
    step,
    timestamp: 1_790_000_000_000 + step,
  }))
  await mlflow.getClient().runs.logBatch(run.runId, { metrics })
} else {
  for (let step = 0; step < count; step++) {
    const logged = mlflow.logMetric('loss', 1 / (step + 1), { step })
    if (mode === 'awaited') await logged
    // The training's own work, in which the event loop gets its turn as between the batches of TensorFlow.js.
    await new Promise(resolve => setImmediate(resolve))
  }
  await mlflow.flush()
}
const seconds = (performance.now() - began) / 1000
const { active } = performance.eventLoopUtilization(utilisation)
const { user, system } = process.cpuUsage(cpu)
await mlflow.endRun()
const stored = await mlflow.getMetricHistory(run.runId, mode === 'bulk' ? 'm0' : 'loss').all()
if (stored.length !== (mode === 'bulk' ? count / 10 : count))
  throw new Error(`${stored.length} points arrived`)
console.log(
  JSON.stringify({
    pointsPerSecond: count / seconds,
    callerUs: (active * 1000) / count,
    cpuUs: (user + system) / count,
  }),
)
