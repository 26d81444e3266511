// mlflow-js-client beside MLflow's own Python client, on the same server, alternately, in processes of their own. Medians
// on stderr as a table, one JSON document on stdout. The Python with mlflow is that of EPOCHWATT_TEST_MLFLOW (a path of
// an `mlflow` executable), else the one that the tests installed, else one that is installed now.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const VERSION = '3.17.2'
const quick = process.argv.includes('--quick')
const ROUNDS = quick ? 3 : 5
const STEPS = quick ? 100 : 300
const BULK = quick ? 5_000 : 20_000
const local = path => fileURLToPath(new URL(path, import.meta.url))

const installed = () => {
  if (process.env.EPOCHWATT_TEST_MLFLOW) return process.env.EPOCHWATT_TEST_MLFLOW
  const folder = local(`../node_modules/.cache/epochwatt-servers/mlflow-${VERSION}`)
  const mlflow = join(folder, 'bin', 'mlflow')
  if (existsSync(mlflow)) return mlflow
  console.error(`Installing mlflow ${VERSION} …`)
  const own = local(`../node_modules/.cache/epochwatt-bench/mlflow-${VERSION}`)
  if (!existsSync(join(own, 'bin', 'mlflow'))) {
    execFileSync('python3', ['-m', 'venv', own])
    execFileSync(join(own, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', `mlflow==${VERSION}`])
  }
  return join(own, 'bin', 'mlflow')
}

const mlflow = installed()
const python = join(dirname(mlflow), 'python')
const folder = mkdtempSync(join(tmpdir(), 'mlflow-bench-'))
const port = 20_000 + (process.pid % 20_000)
const url = `http://127.0.0.1:${port}`
const server = spawn(
  mlflow,
  [
    'server',
    '--port',
    String(port),
    '--workers',
    '1',
    '--backend-store-uri',
    `sqlite:///${join(folder, 'mlflow.db')}`,
  ],
  {
    cwd: folder,
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' },
  },
)
const stop = () => {
  if (server.pid) process.kill(-server.pid)
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    stop()
    process.exit(1)
  })
for (let waited = 0; ; waited += 200) {
  const answer = await fetch(`${url}/health`).catch(() => undefined)
  if (answer?.ok) break
  if (waited > 120_000) throw new Error('MLflow did not come up')
  await sleep(200)
}

const env = { ...process.env, MLFLOW_TRACKING_URI: url, PYTHONWARNINGS: 'ignore' }
const run = (program, ...args) =>
  JSON.parse(
    execFileSync(program, args.map(String), { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
      .trim()
      .split('\n')
      .at(-1),
  )

const CASES = [
  { mode: 'steps', title: 'one point a step', points: STEPS },
  { mode: 'async', title: "the same, Python's own queue", points: STEPS },
  { mode: 'awaited', title: 'one request a step, both wait', points: STEPS },
  { mode: 'bulk', title: `bulk, ${BULK} points`, points: BULK },
]
const median = (results, key) => results.map(result => result[key]).toSorted((a, b) => a - b)[ROUNDS >> 1]
const figures = []
try {
  for (const { mode, title, points } of CASES) {
    const ours = []
    const theirs = []
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(run(process.execPath, local('cases/mlflow-log.mjs'), mode, points))
      theirs.push(run(python, local('cases/mlflow_log.py'), mode, points))
    }
    for (const [key, figure, unit] of [
      ['pointsPerSecond', 'points per second, until the server has all', '1/s'],
      ['callerUs', "time of the caller's thread per point", 'µs'],
      ['cpuUs', 'processor time of the process per point', 'µs'],
    ]) {
      const [own, other] = [median(ours, key), median(theirs, key)]
      figures.push({ case: title, figure, ours: own, theirs: other, unit, ratio: own / other })
    }
  }
} finally {
  stop()
}
for (const { case: title, figure, ours, theirs, unit, ratio } of figures) {
  console.error(
    `${title.padEnd(30)} ${figure.padEnd(42)} ${ours.toFixed(1).padStart(9)} ${theirs.toFixed(1).padStart(9)} ${unit.padEnd(4)} × ${ratio.toPrecision(3)}`,
  )
}
const machine = {
  node: process.version,
  mlflow: VERSION,
  cpus: cpus().length,
  model: cpus()[0]?.model ?? 'unknown',
}
console.log(JSON.stringify({ machine, rounds: ROUNDS, figures }, undefined, 2))
