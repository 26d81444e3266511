// Trains by turns with exporters whose backends all misbehave, each in its own way, and without any, and compares the
// time of epochs; then how long `stop` takes. The backends are in a process of their own.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { csvExporter, startTracking } from '@epochwatt/core'
import { mlflow } from '@epochwatt/mlflow-plugin'
import { wandb } from '@epochwatt/wandb-plugin'

const rounds = Number(process.argv[2])
const EPOCHS = 30
const EPOCH_MS = 200

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const folder = mkdtempSync(join(tmpdir(), 'epochwatt-exporters-'))
process.env.WANDB_CONFIG_DIR = folder
process.removeAllListeners('warning')
process.on('warning', () => {})

const backends = spawn(
  process.execPath,
  [fileURLToPath(new URL('misbehaving-backends.mjs', import.meta.url))],
  {
    stdio: ['pipe', 'pipe', 'inherit'],
  },
)
const urls = JSON.parse(
  await new Promise(resolve => createInterface({ input: backends.stdout }).once('line', resolve)),
)

/** The same work each time: as many rounds as filled an epoch when nothing else was there. */
const work = count => {
  let sum = 0
  for (let round = 0; round < count; round++) sum += Math.sqrt(round) * Math.sin(round)
  return sum
}
let perEpoch = 1e6
for (let trial = 0; trial < 5; trial++) {
  const began = performance.now()
  work(perEpoch)
  perEpoch = Math.round((perEpoch * EPOCH_MS) / (performance.now() - began))
}

const exportersOf = dir => [
  ...urls.map(trackingUri => mlflow({ trackingUri })),
  wandb({
    project: 'bench',
    dir,
    settings: { baseUrl: urls[0], apiKey: 'x'.repeat(40), silent: true, disableGit: true },
  }),
  csvExporter({ path: '/proc/nowhere/energy.csv' }),
]

const train = async exporters => {
  const tracker = startTracking({ country: 'FR', dir: join(folder, 'store'), exporters })
  const epochMs = []
  const used = process.cpuUsage()
  for (let index = 0; index < EPOCHS; index++) {
    const began = performance.now()
    const epoch = tracker.window('epoch', { index })
    work(perEpoch)
    epoch.end()
    epoch.logMetrics({ loss: 1 / (index + 1) })
    await new Promise(resolve => setImmediate(resolve))
    epochMs.push(performance.now() - began)
  }
  const { user, system } = process.cpuUsage(used)
  const stopping = performance.now()
  await tracker.stop()
  return { epochMs: median(epochMs), cpuMs: (user + system) / 1000, stopMs: performance.now() - stopping }
}

await train([])
const ratios = []
const cpuRatios = []
let stopMs = 0
for (let round = 0; round < rounds; round++) {
  const arms = { with: () => exportersOf(folder), without: () => [] }
  const results = {}
  for (const arm of round % 2 === 0 ? ['with', 'without'] : ['without', 'with']) {
    results[arm] = await train(arms[arm]())
  }
  ratios.push(results.with.epochMs / results.without.epochMs)
  cpuRatios.push(results.with.cpuMs / results.without.cpuMs)
  stopMs = Math.max(stopMs, results.with.stopMs)
}
backends.stdin.end()
rmSync(folder, { recursive: true, force: true })
console.log(
  JSON.stringify({ ratio: median(ratios), cpuRatio: median(cpuRatios), stopSeconds: stopMs / 1000, rounds }),
)
// What hangs must not keep this process: that it ends by itself is part of the case.
