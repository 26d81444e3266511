// wandb-node-sdk-shim beside W&B's own Python SDK, both offline, alternately, in processes of their own. Medians on
// stderr as a table, one JSON document on stdout. The Python with wandb is EPOCHWATT_TEST_WANDB_PYTHON, else the one
// that the tests have installed.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

const ROWS = 20_000
const ROUNDS = process.argv.includes('--quick') ? 3 : 7
const local = path => fileURLToPath(new URL(path, import.meta.url))

const python =
  process.env.EPOCHWATT_TEST_WANDB_PYTHON ??
  local('../node_modules/.cache/epochwatt-servers/wandb-0.31.0/bin/python')
if (!existsSync(python)) {
  console.error(
    `There is no ${python}; run the tests of wandb-node-sdk-shim once, or set EPOCHWATT_TEST_WANDB_PYTHON.`,
  )
  process.exit(1)
}
const env = {
  ...process.env,
  WANDB_SILENT: 'true',
  WANDB_CONSOLE: 'off',
  WANDB_DISABLE_GIT: 'true',
  WANDB_X_DISABLE_STATS: 'true',
  WANDB_ERROR_REPORTING: 'false',
}
const run = (program, ...args) => {
  const said = execFileSync(program, args.map(String), {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return JSON.parse(said.trim().split('\n').at(-1))
}
const version = execFileSync(python, ['-c', 'import wandb; print(wandb.__version__)'], {
  encoding: 'utf8',
}).trim()

const ours = []
const theirs = []
for (let round = 0; round < ROUNDS; round++) {
  ours.push(run(process.execPath, local('cases/wandb-log.mjs'), ROWS))
  theirs.push(run(python, local('cases/wandb_log.py'), ROWS))
}
const median = (results, key) => results.map(result => result[key]).toSorted((a, b) => a - b)[ROUNDS >> 1]
const compare = (figure, key, unit, ratio, target) => {
  const [own, other] = [median(ours, key), median(theirs, key)]
  return { figure, ours: own, theirs: other, unit, ratio: ratio(own, other), target }
}
const times = (own, other) => own / other
const figures = [
  compare('rows per second', 'rowsPerSecond', '1/s', times, '≥ 5'),
  compare('time of one log call on its thread, mean', 'meanUs', 'µs', times, '≤ 0.1'),
  compare('time of one log call on its thread, median', 'medianUs', 'µs', times, '≤ 0.1'),
]
for (const { figure, ours, theirs, unit, ratio, target } of figures) {
  console.error(
    `${figure.padEnd(44)} ${ours.toFixed(1).padStart(9)} ${theirs.toFixed(1).padStart(9)} ${unit.padEnd(4)} × ${ratio.toPrecision(3)}  target ${target}`,
  )
}
const machine = {
  node: process.version,
  wandb: version,
  cpus: cpus().length,
  model: cpus()[0]?.model ?? 'unknown',
}
console.log(JSON.stringify({ machine, rows: ROWS, rounds: ROUNDS, figures }, undefined, 2))
