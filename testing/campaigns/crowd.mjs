// Many runs in one store at the same time, each begun, with a window, and stopped; by one version of the library, or by
// two, of which each reads what the other wrote.
//
//   node tools/build.mjs && nice -n 10 node testing/campaigns/crowd.mjs [--runs 1000] [--processes 10] [--at-once 5]
//   … --beside <index.js of another version of @epochwatt/core>
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { realTimeCounter } from './real-time-counter.mjs'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    processes: { type: 'string', default: '10' },
    'at-once': { type: 'string', default: '5' },
    beside: { type: 'string' },
  },
})
const PROCESSES = Number(values.processes)
const EACH = Math.ceil(Number(values.runs) / PROCESSES)
const WATTS = 150
const JOULES_PER_KWH = 3.6e6

const here = path => fileURLToPath(new URL(path, import.meta.url))
const urlOf = path => pathToFileURL(resolve(path)).href
const versions = [here('../../packages/core/dist/index.js'), values.beside].flatMap(path =>
  path === undefined ? [] : urlOf(path),
)
const libraries = await Promise.all(versions.map(url => import(url)))

const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'epochwatt-crowd-'))
const dir = join(root, 'store')
const counter = realTimeCounter({ watts: WATTS })

const train = version =>
  new Promise(done => {
    const args = [here('crowd/training.mjs'), versions[version], dir, EACH, values['at-once']]
    const child = spawn(process.execPath, args.map(String), {
      env: { ...process.env, ...counter.env, EPOCHWATT_OFFLINE: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      said += text
    })
    child.once('close', code =>
      done({ code, runs: said && JSON.parse(said).map(run => ({ ...run, version })) }),
    )
  })

const began = performance.now()
const ended = await Promise.all(
  Array.from({ length: PROCESSES }, (_, index) => train(index % versions.length)),
)
const seconds = (performance.now() - began) / 1000
counter.refresh()
counter.stop()

const wrong = []
const complain = (what, id) => wrong.length < 20 && wrong.push({ id, what })
const runs = ended.flatMap(process => process.runs || [])
for (const { code } of ended) if (code !== 0) complain(`a process ended with ${code}`)
const ids = new Set(runs.map(({ id }) => id))
if (ids.size !== EACH * PROCESSES) complain(`${ids.size} ids of ${EACH * PROCESSES}`)

const offs = []
/** Every version reads every run, whoever wrote it. */
for (const [reader, { openStore }] of libraries.entries()) {
  const store = openStore(dir)
  const { records, unreadable } = store.list()
  for (const { id, reason } of unreadable) complain(`version ${reader} cannot read it: ${reason}`, id)
  if (records.length !== ids.size) complain(`version ${reader} sees ${records.length} records`)
  if (store.openRuns().length > 0) complain(`${store.openRuns().length} left open`)
  for (const record of records) {
    if (!ids.has(record.id)) complain('nobody began it', record.id)
    if (record.status !== 'finished') complain(record.status, record.id)
    const total = record.energy.total_kwh.value
    const parts = [...record.epochs.map(({ energy_kwh }) => energy_kwh), record.outside_epochs.energy_kwh]
    const sum = parts.reduce((all, part) => all + (part?.value ?? 0), 0)
    if (Math.abs(sum - total) > 1e-9 * total)
      complain(`epochs and the rest are ${sum} of ${total}`, record.id)
    if (record.epochs.length !== 1 || record.epochs[0].metrics.loss !== 0.5) complain('its epoch', record.id)
    // Earlier versions dated a run some steps before its first reading.
    if (runs.find(({ id }) => id === record.id)?.version !== 0) continue
    const from = Date.parse(record.started_at)
    const to = from + record.duration_s * 1000
    const joules = record.energy.components.cpu.kwh.value * JOULES_PER_KWH
    const off = (joules - (counter.shownAt(to) - counter.shownAt(from))) / WATTS
    const slack = counter.longestStandstill(from, to) + 0.03
    if (Math.abs(off) > slack) complain(`${off} s of energy off`, record.id)
    if (reader === 0) offs.push(Math.abs(off))
  }
}
offs.sort((a, b) => a - b)
console.log(
  JSON.stringify(
    {
      runs: runs.length,
      processes: PROCESSES,
      versions: versions.length,
      seconds: Math.round(seconds),
      ids: ids.size,
      offSeconds: { median: offs[Math.floor(offs.length / 2)], most: offs.at(-1) },
      wrong,
    },
    undefined,
    2,
  ),
)
counter.dispose()
rmSync(root, { recursive: true, force: true })
process.exitCode = wrong.length > 0 ? 1 : 0
