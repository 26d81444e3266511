// Measures what epochwatt costs and prints a table on stderr and one JSON document on stdout.
// Every figure is taken in child processes and paired with the same work without epochwatt, so that noise of the
// machine falls on both; shown are the median of the laps, their range, and the ratio to its target. `--quick`
// shortens the long cases.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const quick = process.argv.includes('--quick')
const store = mkdtempSync(join(tmpdir(), 'epochwatt-bench-'))

let cases = 0
const run = async (name, ...args) => {
  const path = fileURLToPath(new URL(`cases/${name}.mjs`, import.meta.url))
  // A store of its own each: finishing what another case left would be counted as this one's cost.
  const env = { ...process.env, EPOCHWATT_DIR: join(store, String(++cases)) }
  const { stdout } = await promisify(execFile)(process.execPath, [path, ...args.map(String)], { env })
  return JSON.parse(stdout)
}

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const laps = async (count, lap) => {
  const values = []
  for (let index = 0; index < count; index++) values.push(await lap())
  return values
}
/** Processes that mostly sleep run side by side: whatever else the machine does meanwhile, it does to all of them. */
const sideBySide = (...cases) => Promise.all(cases.map(args => run(...args)))

const imports = await laps(9, async () => {
  const nothing = await run('import', 'nothing')
  const core = await run('import')
  return { ms: core.ms - nothing.ms, cpuMs: core.cpuMs - nothing.cpuMs }
})
const starts = await laps(7, () => run('start'))
const plain = await laps(3, () => run('boundary'))
const counters = await laps(3, () => run('boundary', 'counters'))
const gpus = await laps(3, () => run('gpu-tick'))
const seconds = quick ? 10 : 60
const costs = await laps(quick ? 1 : 3, () =>
  sideBySide(['cost', 'nothing', seconds], ['cost', 'without', seconds], ['cost', 'with', seconds]),
)
const settling = quick ? 12 : 60
const servers = await laps(quick ? 1 : 2, () =>
  sideBySide(['server-cost', 'without', seconds, settling], ['server-cost', 'with', seconds, settling]),
)
const blockedSeconds = quick ? 5 : 30
const blocked = await run('blocked', blockedSeconds)
const fit = await run('fit', quick ? 3 : 10)
const exporters = await run('exporters', quick ? 2 : 8)
if (!fit.sameWeights) throw new Error('training with the callback gave other weights than without')

const corePercent = (whole, part) => (100 * (whole.cpuSeconds - part.cpuSeconds)) / seconds
const figures = [
  { figure: 'import of @epochwatt/core', values: imports.map(({ ms }) => ms), unit: 'ms', target: 60 },
  { figure: 'the same of processor time', values: imports.map(({ cpuMs }) => cpuMs), unit: 'ms' },
  { figure: 'start to first sample', values: starts.map(({ ms }) => ms), unit: 'ms', target: 150 },
  { figure: 'the same of processor time', values: starts.map(({ cpuMs }) => cpuMs), unit: 'ms' },
  {
    figure: 'window begin + end, no counters',
    values: plain.map(({ medianUs }) => medianUs),
    unit: 'µs',
    target: 10,
  },
  {
    figure: 'window begin + end, 2 sockets with memory',
    values: counters.map(({ medianUs }) => medianUs),
    unit: 'µs',
    target: 50,
  },
  ...('skipped' in gpus[0]
    ? []
    : [
        {
          figure: 'round of 2 sockets and 8 stubbed GPUs',
          values: gpus.map(({ medianUs }) => medianUs / 1000),
          unit: 'ms',
          target: 1,
        },
      ]),
  {
    figure: 'processor, default settings at 1 Hz',
    values: costs.map(([, idle, tracked]) => corePercent(tracked, idle)),
    unit: '% of a core',
    target: 0.1,
  },
  ...('skipped' in servers[0][0]
    ? []
    : [
        {
          figure: 'the same with 2 sockets and 8 stubbed GPUs',
          values: servers.map(([bare, server]) => corePercent(server, bare)),
          unit: '% of a core',
          target: 0.2,
        },
      ]),
  {
    figure: 'memory of a running tracker',
    values: costs.map(([, idle, tracked]) => tracked.rssMb - idle.rssMb),
    unit: 'MB',
    target: 15,
  },
  {
    figure: 'memory of the import',
    values: costs.map(([nothing, idle]) => idle.rssMb - nothing.rssMb),
    unit: 'MB',
  },
  {
    figure: `ticks missed in ${blockedSeconds} s of a blocked loop`,
    values: [blocked.due - blocked.ticks],
    unit: '',
    target: 0,
  },
  {
    figure: `time of ${(fit.epochMs / 1000).toFixed(1)} s epochs of fit, with over without`,
    values: [fit.ratio],
    unit: '',
    target: 1.005,
  },
  { figure: 'the same of processor time', values: [fit.cpuRatio], unit: '' },
  {
    figure: 'time of epochs with every exporter in trouble, over none',
    values: [exporters.ratio],
    unit: '',
    target: 1.01,
  },
  { figure: 'stop() with every exporter in trouble', values: [exporters.stopSeconds], unit: 's', target: 14 },
  { figure: 'hooks of the callback, each epoch', values: [fit.hooksMs], unit: 'ms', target: 5 },
]

if ('skipped' in gpus[0]) console.error(`round of 2 sockets and 8 stubbed GPUs: skipped, ${gpus[0].skipped}`)
const results = figures.map(({ figure, values, unit, target }) => {
  const value = median(values)
  const range = [Math.min(...values), Math.max(...values)]
  return {
    figure,
    value,
    unit,
    laps: values.length,
    range,
    ...(target !== undefined && { target, ok: value <= target }),
    ...(target > 0 && { ofTarget: value / target }),
  }
})
for (const { figure, value, unit, laps: count, range, target, ok, ofTarget } of results) {
  const spread = count > 1 ? `${range.map(edge => edge.toFixed(3)).join(' to ')} in ${count} laps` : ''
  const part = ofTarget === undefined ? 'target' : `${ofTarget.toFixed(2)} of`
  const verdict = target === undefined ? '' : `${part} ${target}  ${ok ? 'ok' : 'over'}`
  const columns = [
    figure.padEnd(48),
    value.toFixed(3).padStart(9),
    unit.padEnd(10),
    verdict.padEnd(22),
    spread,
  ]
  console.error(columns.join(' ').trimEnd())
}
const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model ?? 'unknown' }
console.log(JSON.stringify({ machine, figures: results }, undefined, 2))
rmSync(store, { recursive: true, force: true })
