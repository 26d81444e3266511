// Measures what epochwatt costs and prints a table on stderr and one JSON document on stdout.
// Every figure is taken in child processes and paired with the same work without epochwatt, so that noise of the
// machine falls on both; medians are shown. `--quick` shortens the long cases.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const quick = process.argv.includes('--quick')
const store = mkdtempSync(join(tmpdir(), 'epochwatt-bench-'))

let cases = 0
const run = (name, ...args) => {
  const path = fileURLToPath(new URL(`cases/${name}.mjs`, import.meta.url))
  // A store of its own each: finishing what another case left would be counted as this one's cost.
  const env = { ...process.env, EPOCHWATT_DIR: join(store, String(++cases)) }
  return JSON.parse(execFileSync(process.execPath, [path, ...args.map(String)], { env, encoding: 'utf8' }))
}

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const times = (count, work) => Array.from({ length: count }, work)

const importCore = median(times(9, () => run('import').withCore))
const importNothing = median(times(9, () => run('import', 'nothing').withCore))
const start = median(times(7, () => run('start').startMs))
const plain = run('boundary')
const counters = run('boundary', 'counters')
const gpus = run('gpu-tick')
const seconds = quick ? 10 : 60
const nothing = run('cost', 'nothing', 1)
const idle = run('cost', 'without', seconds)
const tracked = run('cost', 'with', seconds)
const bareServer = run('server-cost', 'without', seconds, 12)
const server = run('server-cost', 'with', seconds, quick ? 12 : 60)
const blockedSeconds = quick ? 5 : 30
const blocked = run('blocked', blockedSeconds)
const fit = run('fit', quick ? 3 : 10)
const exporters = run('exporters', quick ? 2 : 8)
if (!fit.sameWeights) throw new Error('training with the callback gave other weights than without')

const figures = [
  { figure: 'import of @epochwatt/core', value: importCore - importNothing, unit: 'ms', target: 60 },
  { figure: 'start to first sample', value: start, unit: 'ms', target: 150 },
  { figure: 'window begin + end, no counters', value: plain.medianUs, unit: 'µs', target: 10 },
  { figure: 'window begin + end, 2 sockets with memory', value: counters.medianUs, unit: 'µs', target: 50 },
  ...('skipped' in gpus
    ? []
    : [
        {
          figure: 'round of 2 sockets and 8 stubbed GPUs',
          value: gpus.medianUs / 1000,
          unit: 'ms',
          target: 1,
        },
      ]),
  {
    figure: 'processor, default settings at 1 Hz',
    value: (100 * (tracked.cpuSeconds - idle.cpuSeconds)) / seconds,
    unit: '% of a core',
    target: 0.1,
  },
  ...('skipped' in server
    ? []
    : [
        {
          figure: 'the same with 2 sockets and 8 stubbed GPUs',
          value: (100 * (server.cpuSeconds - bareServer.cpuSeconds)) / seconds,
          unit: '% of a core',
          target: 0.2,
        },
      ]),
  { figure: 'memory of a running tracker', value: tracked.rssMb - idle.rssMb, unit: 'MB', target: 15 },
  { figure: 'memory of the import', value: idle.rssMb - nothing.rssMb, unit: 'MB' },
  {
    figure: `ticks missed in ${blockedSeconds} s of a blocked loop`,
    value: blocked.due - blocked.ticks,
    unit: '',
    target: 0,
  },
  {
    figure: `time of ${(fit.epochMs / 1000).toFixed(1)} s epochs of fit, with over without`,
    value: fit.ratio,
    unit: '',
    target: 1.005,
  },
  { figure: 'the same of processor time', value: fit.cpuRatio, unit: '' },
  {
    figure: 'time of epochs with every exporter in trouble, over none',
    value: exporters.ratio,
    unit: '',
    target: 1.01,
  },
  { figure: 'stop() with every exporter in trouble', value: exporters.stopSeconds, unit: 's', target: 14 },
  { figure: 'hooks of the callback, each epoch', value: fit.hooksMs, unit: 'ms', target: 5 },
]

if ('skipped' in gpus) console.error(`round of 2 sockets and 8 stubbed GPUs: skipped, ${gpus.skipped}`)
for (const { figure, value, unit, target } of figures) {
  const verdict = target === undefined ? '' : `target ${target}  ${value <= target ? 'ok' : 'over'}`
  console.error(
    `${figure.padEnd(44)} ${value.toFixed(3).padStart(9)} ${unit.padEnd(12)} ${verdict}`.trimEnd(),
  )
}
const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model ?? 'unknown' }
console.log(JSON.stringify({ machine, figures }, undefined, 2))
rmSync(store, { recursive: true, force: true })
