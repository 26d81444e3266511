// Every exporter at once while every backend misbehaves: in turn and by chance, during the run and during its end, with
// and without the process being killed. Then the backends recover, `epochwatt sync` delivers, and everything is read
// back from a real MLflow server, W&B's stub, an OTLP receiver and the CSV file.
//
//   node tools/build.mjs && nice -n 10 node testing/campaigns/backends.mjs [--faults down,hang] [--phases run,stop,all,killed]
//     [--random 20] [--at-once 3] [--epochs 16] [--seed 1] [--mlflow URL]
//
// Needs openssl and Python, into which MLflow is installed as the tests do.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openStore, undelivered } from '../../packages/core/dist/index.js'
import { makeCertificate } from './backends/certificates.mjs'
import { judge } from './backends/judge.mjs'
import { FAULTS, misbehave, recover } from './backends/misbehave.mjs'
import { installedMlflow, sources } from './backends/real-servers.mjs'

/** When the backends misbehave: in the middle of the run, while it ends, throughout; or throughout a run that is killed. */
const PHASES = ['run', 'stop', 'all', 'killed']

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: FAULTS.join(',') },
    phases: { type: 'string', default: PHASES.join(',') },
    random: { type: 'string', default: '20' },
    'at-once': { type: 'string', default: '3' },
    'epoch-ms': { type: 'string', default: '300' },
    epochs: { type: 'string', default: '16' },
    seed: { type: 'string', default: '1' },
    // A server that runs already.
    mlflow: { type: 'string' },
  },
})
const EPOCHS = Number(values.epochs)
/** What exporters may add to `stop`: ten seconds for all together, and a grace for their thread. */
const STOP_BOUND_SECONDS = 10 + 0.3
const MOST_SYNCS = 5

const { startServer, stopServer, startCollector, startStubBackend, startFaultProxy, STUB_API_KEY } = sources
const install = await installedMlflow().catch(error => {
  console.log(JSON.stringify({ missing: error.message, wrong: [] }))
  process.exit(1)
})

const root = mkdtempSync(join(tmpdir(), 'epochwatt-backends-'))
const here = path => fileURLToPath(new URL(path, import.meta.url))
const trusted = makeCertificate(root, 'trusted')
const untrusted = makeCertificate(root, 'untrusted')

/** A project of a user's, in which all plugins are installed. */
const project = join(root, 'project')
mkdirSync(join(project, 'node_modules/@epochwatt'), { recursive: true })
for (const name of ['mlflow-plugin', 'wandb-plugin', 'otlp-plugin'])
  symlinkSync(here(`../../packages/${name}`), join(project, 'node_modules/@epochwatt', name))

const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(WANDB|MLFLOW|OTEL|EPOCHWATT)_/.test(name)),
  ),
  NODE_EXTRA_CA_CERTS: trusted.certFile,
  WANDB_API_KEY: STUB_API_KEY,
  WANDB_CONFIG_DIR: root,
  // Else the first request is the only one of so short a run.
  WANDB_X_FILE_STREAM_TRANSMIT_INTERVAL: '0.5',
}

const chance = seed => {
  let state = (seed * 2654435761) >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const start = (file, args, cwd = project) => {
  const child = spawn(process.execPath, [here(file), ...args], {
    cwd,
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let complained = ''
  child.stderr.on('data', text => {
    complained = (complained + text).slice(-4000)
  })
  const ended = new Promise(resolve =>
    child.once('close', (code, signal) => resolve({ code, signal, complained })),
  )
  return { child, ended }
}

/** The folder of the CSV file, which may be somewhere where nothing can be written for a while. */
const tableFolder = folder => ({
  misbehave: () => {
    if (readdirSync(folder).includes('tables')) renameSync(join(folder, 'tables'), join(folder, 'away'))
    writeFileSync(join(folder, 'tables'), 'no folder')
  },
  recover: () => {
    rmSync(join(folder, 'tables'))
    if (readdirSync(folder).includes('away')) renameSync(join(folder, 'away'), join(folder, 'tables'))
  },
})

const syncAll = async (dir, beforeEach = () => {}) => {
  for (let count = 1; ; count++) {
    await beforeEach(count)
    const { child, ended } = start('../../packages/cli/dist/bin.js', ['sync', '--dir', dir, '--json'])
    let said = ''
    child.stdout.on('data', text => {
      said += text
    })
    const { code, complained } = await ended
    if (code === 0) return { count }
    if (count >= MOST_SYNCS) return { count, complaint: said + complained }
  }
}

const campaign = async (number, { fault, phase, seed }, mlflowUrl) => {
  const random = chance(seed)
  const folder = join(root, String(number))
  const dir = join(folder, 'store')
  mkdirSync(folder)
  const csv = join(folder, 'tables', 'energy.csv')
  const experiment = `campaign ${number}`
  const stub = await startStubBackend()
  const collector = await startCollector(install.python)
  const targets = {
    mlflow: mlflowUrl,
    otherMlflow: mlflowUrl,
    wandb: stub.url,
    otlp: new URL(collector.url).origin,
  }
  const proxies = {}
  for (const [name, target] of Object.entries(targets)) proxies[name] = await startFaultProxy(target, trusted)
  stub.publicUrl = proxies.wandb.url
  const table = tableFolder(folder)
  let isWell = true
  const setWell = async isToBe => {
    if (isToBe === isWell) return
    isWell = isToBe
    for (const proxy of Object.values(proxies)) {
      if (isToBe) await recover(proxy, fault, { trusted })
      else await misbehave(proxy, fault, { untrusted, random })
    }
    if (isToBe) table.recover()
    else table.misbehave()
  }

  const urls = Object.fromEntries(Object.entries(proxies).map(([name, { url }]) => [name, url]))
  const order = { dir, urls, csv, experiment, epochs: EPOCHS, epochMs: Number(values['epoch-ms']) }
  if (phase === 'all' || phase === 'killed') await setWell(false)
  const { child, ended } = start('backends/training.mjs', [JSON.stringify(order)])
  // Seldom before the thread that delivers has taken up its work.
  const killAfter = Math.max(1, Math.floor(EPOCHS * (0.3 + random() * 0.7)) - 1)
  const told = { losses: [] }
  let stoppedAt
  for await (const line of createInterface({ input: child.stdout })) {
    const word = JSON.parse(line)
    Object.assign(told, word)
    if (word.epoch !== undefined) {
      told.losses.push({ index: word.epoch, loss: 1 / (word.epoch + 1) })
      // After the thread that delivers has taken up its work.
      if (phase === 'run' && word.epoch === Math.floor(EPOCHS / 2)) await setWell(false)
      if (phase === 'killed' && word.epoch === Math.floor(killAfter / 2) && random() < 0.5)
        await setWell(true)
      if (phase === 'killed' && word.epoch === killAfter) {
        await sleep(random() * 300)
        child.kill('SIGKILL')
      }
    }
    if (word.stopping) {
      await setWell(phase === 'run')
      child.stdin.write('go\n')
    }
    if (word.stopSeconds !== undefined) stoppedAt = performance.now()
  }
  const end = await ended
  const exitSeconds = stoppedAt === undefined ? undefined : (performance.now() - stoppedAt) / 1000
  const waited =
    openStore(dir).openRuns().length > 0 ? 'all' : undelivered(openStore(dir).runDirectory(told.id)).length
  // By chance one attempt meets the same backends, and may be killed.
  if (fault === 'mixed') {
    await setWell(false)
    const { child: attempt, ended: gone } = start('../../packages/cli/dist/bin.js', ['sync', '--dir', dir])
    const timer = setTimeout(() => attempt.kill('SIGKILL'), 1000 + random() * 8000)
    await gone
    clearTimeout(timer)
  }
  await setWell(true)
  const synced = await syncAll(dir)
  const record = openStore(dir).read(told.id)
  const directory = openStore(dir).runDirectory(told.id)
  const found = await judge({
    ...sources,
    mlflowUrl,
    experiment,
    stub,
    collector,
    csv,
    directory,
    record,
    losses: told.losses,
  })
  const stopShare = told.stopSeconds === undefined ? undefined : told.stopSeconds - told.bareSeconds
  const complaints = [
    ...Object.entries(found).flatMap(([name, { complaints: own }]) => own.map(text => `${name}: ${text}`)),
    ...(synced.complaint ? [`sync: ${synced.complaint}`] : []),
    ...(phase !== 'killed' && end.code !== 0
      ? [`exit code ${end.code} ${end.signal}: ${end.complained}`]
      : []),
    ...(stopShare > STOP_BOUND_SECONDS + told.waitedSeconds
      ? [`exporters held stop() for ${stopShare} s`]
      : []),
  ]
  const met = Object.fromEntries(
    Object.entries(proxies).map(([name, { log }]) => [
      name,
      `${log.filter(entry => entry.fault).length}/${log.length}`,
    ]),
  )
  for (const proxy of Object.values(proxies)) await proxy.close()
  await collector.close()
  await stub.close()
  if (complaints.length === 0) rmSync(folder, { recursive: true, force: true })
  const points = Object.fromEntries(Object.entries(found).map(([name, { points: count }]) => [name, count]))
  return {
    fault,
    phase,
    seed,
    stopSeconds: told.stopSeconds,
    stopShare,
    waitedSeconds: told.waitedSeconds,
    exitSeconds,
    waited,
    syncs: synced.count,
    points,
    repeated: found.otlp.repeated,
    met,
    complaints,
  }
}

const seed = Number(values.seed)
const random = chance(seed)
const cases = [
  ...values.faults
    .split(',')
    .filter(Boolean)
    .flatMap(fault => values.phases.split(',').map(phase => ({ fault, phase }))),
  ...Array.from({ length: Number(values.random) }, () => ({
    fault: 'mixed',
    phase: PHASES[Math.floor(random() * PHASES.length)],
  })),
].map((one, index) => ({ ...one, seed: seed * 1000 + index }))

const server =
  values.mlflow === undefined ? await startServer(install.executable, join(root, 'mlflow')) : undefined
const results = []
try {
  let next = 0
  const lane = async () => {
    while (next < cases.length) {
      const number = next++
      const one = cases[number]
      let result
      try {
        result = await campaign(number, one, values.mlflow ?? server.url)
      } catch (error) {
        result = {
          ...one,
          points: {},
          complaints: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
        }
      }
      results.push(result)
      console.error(JSON.stringify(result))
    }
  }
  await Promise.all(Array.from({ length: Number(values['at-once']) }, lane))
} finally {
  if (server) await stopServer(server)
}

const most = name => Math.max(0, ...results.map(result => result[name] ?? 0))
const wrong = results.filter(({ complaints }) => complaints.length > 0)
console.log(
  JSON.stringify(
    {
      runs: results.length,
      killed: results.filter(({ phase }) => phase === 'killed').length,
      points: results.reduce(
        (total, { points }) => total + Object.values(points).reduce((a, b) => a + b, 0),
        0,
      ),
      repeatedAtOtlp: results.reduce((total, { repeated = 0 }) => total + repeated, 0),
      stopBoundSeconds: STOP_BOUND_SECONDS,
      longestStopSeconds: most('stopSeconds'),
      longestStopByExportersSeconds: most('stopShare'),
      longestWaitForTurnSeconds: most('waitedSeconds'),
      longestExitSeconds: most('exitSeconds'),
      mostSyncs: most('syncs'),
      wrong,
    },
    undefined,
    2,
  ),
)
if (wrong.length === 0) rmSync(root, { recursive: true, force: true })
process.exitCode = wrong.length > 0 ? 1 : 0
