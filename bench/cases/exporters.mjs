// Trains by turns with every exporter, whose backends all misbehave, and without any, and compares the time of epochs;
// then how long `stop` takes. Each round gives each exporter another fault, so that in as many rounds as there are
// faults every exporter meets every one. The backends are in a process of their own.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { csvExporter, startTracking } from '@epochwatt/core'
import { mlflow } from '@epochwatt/mlflow-plugin'
import { otlp } from '@epochwatt/otlp-plugin'
import { wandb } from '@epochwatt/wandb-plugin'

const rounds = Number(process.argv[2])
const EPOCHS = 60
const EPOCH_MS = 200

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const folder = mkdtempSync(join(tmpdir(), 'epochwatt-exporters-'))
process.env.WANDB_CONFIG_DIR = folder
process.removeAllListeners('warning')
process.on('warning', () => {})

const backends = spawn(
  process.execPath,
  [fileURLToPath(new URL('misbehaving-backends.mjs', import.meta.url))],
  { stdio: ['pipe', 'pipe', 'inherit'] },
)
const urls = Object.entries(
  JSON.parse(await new Promise(resolve => createInterface({ input: backends.stdout }).once('line', resolve))),
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

/** Processor time of this thread alone, milliseconds. Elsewhere than on Linux only that of the whole process is known. */
const ownCpuMs = () => {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  } catch {
    return undefined
  }
}

// A folder that is none: a table there can be written neither now nor later.
const noFolder = join(folder, 'no-folder')
writeFileSync(noFolder, '')

const exportersOf = round => {
  // Faults apart, so that in one round the exporters meet several.
  const urlOf = place => urls[(round + place * 3) % urls.length][1]
  const dir = join(folder, String(round))
  mkdirSync(dir, { recursive: true })
  return [
    mlflow({ trackingUri: urlOf(0) }),
    mlflow({ trackingUri: urlOf(1), experiment: 'a second one' }),
    wandb({
      project: 'bench',
      dir,
      settings: { baseUrl: urlOf(2), apiKey: 'x'.repeat(40), silent: true, disableGit: true },
    }),
    otlp({ url: `${urlOf(3)}/v1/metrics` }),
    csvExporter({ path: join(noFolder, 'energy.csv') }),
  ]
}

const train = async exporters => {
  const tracker = startTracking({ country: 'FR', dir: join(folder, 'store'), exporters })
  const epochs = []
  const used = process.cpuUsage()
  const ownUsed = ownCpuMs()
  for (let index = 0; index < EPOCHS; index++) {
    const began = performance.now()
    const epoch = tracker.window('epoch', { index })
    work(perEpoch)
    epoch.end()
    epoch.logMetrics({ loss: 1 / (index + 1) })
    const worked = performance.now()
    await new Promise(resolve => setImmediate(resolve))
    const done = performance.now()
    epochs.push({ ms: done - began, elseMs: done - worked })
  }
  const ownMs = ownUsed === undefined ? undefined : ownCpuMs() - ownUsed
  const { user, system } = process.cpuUsage(used)
  const stopping = performance.now()
  await tracker.stop()
  return {
    epochMs: median(epochs.map(({ ms }) => ms)),
    elseMs: epochs.reduce((total, { elseMs }) => total + elseMs, 0) / EPOCHS,
    longestElseMs: Math.max(...epochs.map(({ elseMs }) => elseMs)),
    cpuMs: (user + system) / 1000,
    ownMs,
    stopMs: performance.now() - stopping,
  }
}

await train([])
const results = []
for (let round = 0; round < rounds; round++) {
  const arms = { with: () => exportersOf(round), without: () => [] }
  const result = {}
  // Noise of the machine comes and goes: each arm is before the other in every second round.
  for (const arm of round % 2 === 0 ? ['with', 'without'] : ['without', 'with']) {
    result[arm] = await train(arms[arm]())
  }
  results.push(result)
}
backends.stdin.end()
rmSync(folder, { recursive: true, force: true })
const ratioOf = name => median(results.map(result => result.with[name] / result.without[name]))
const most = name => Math.max(...results.map(result => result.with[name]))
console.log(
  JSON.stringify({
    ratio: ratioOf('epochMs'),
    ratios: results.map(result => result.with.epochMs / result.without.epochMs),
    ...(results[0]?.with.ownMs !== undefined && { trainingThreadCpuRatio: ratioOf('ownMs') }),
    cpuRatio: ratioOf('cpuMs'),
    otherWorkMsPerEpoch: {
      with: median(results.map(result => result.with.elseMs)),
      without: median(results.map(result => result.without.elseMs)),
      longest: most('longestElseMs'),
    },
    stopSeconds: most('stopMs') / 1000,
    faults: urls.map(([name]) => name),
    rounds,
  }),
)
// What hangs must not keep this process: that it ends by itself is part of the case.
