// Many trackers at once against one real MLflow server on PostgreSQL; then every point is read back and compared with
// the journals.
//
//   node tools/build.mjs && nice -n 15 node testing/campaigns/mlflow-load.mjs --trackers 64 --minutes 30
//
// Needs PostgreSQL (Debian: apt-get install postgresql) and Python, into which MLflow is installed as the tests do.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openStore, syncRuns, undelivered } from '../../packages/core/dist/index.js'
import { comparePoints } from './backends/compare-points.mjs'
import { mlflowPoints, mlflowRunsOf } from './backends/read-mlflow.mjs'
import { installedMlflow, sources } from './backends/real-servers.mjs'
import { trained } from './mlflow-load/trained.mjs'

const { values } = parseArgs({
  options: {
    trackers: { type: 'string', default: '64' },
    processes: { type: 'string', default: '8' },
    minutes: { type: 'string', default: '30' },
    'epoch-seconds': { type: 'string', default: '2' },
  },
})
const TRACKERS = Number(values.trackers)
const PROCESSES = Math.min(TRACKERS, Number(values.processes))
const SECONDS = Number(values.minutes) * 60
const EPOCH_SECONDS = Number(values['epoch-seconds'])
const EXPERIMENT = 'load'
/** Rounds of sync after the end; the first is to do. */
const MOST_SYNCS = 10

const { expectedPoints, postgresBinaries, readJournal, startPostgres, startServer, stopServer } = sources
const install = await installedMlflow()
const binaries = postgresBinaries()
if (!binaries) throw new Error('no PostgreSQL on this machine (Debian: apt-get install postgresql)')

const folder = mkdtempSync(join(tmpdir(), 'epochwatt-load-'))
const dir = join(folder, 'store')
const say = text => console.error(`${new Date().toISOString()} ${text}`)

const load = (url, first, count) => {
  const order = {
    dir,
    trackingUri: url,
    experiment: EXPERIMENT,
    first,
    count,
    seconds: SECONDS,
    epochSeconds: EPOCH_SECONDS,
  }
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('mlflow-load/trackers.mjs', import.meta.url)), JSON.stringify(order)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let said = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', text => {
    said += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code =>
      said ? resolve(JSON.parse(said)) : reject(new Error(`trackers: exit ${code}`)),
    )
  })
}

/** What the training itself knows: each epoch with its step and values, at the time of the journal's entry. */
const duePointsOf = ({ id, number, epochs }) => {
  const { run, entries } = readJournal(openStore(dir).runDirectory(id))
  const ends = new Map(entries.flatMap(entry => (entry.type === 'end' ? [[entry.window, entry.t]] : [])))
  const points = {}
  const begins = entries.filter(({ type, name }) => type === 'begin' && name === 'epoch')
  for (const { window, attributes } of begins) {
    const { index } = attributes
    const timeMs = Math.round(Date.parse(run.startedAt) + ends.get(window) / 1e6)
    for (const [key, value] of Object.entries(trained(number, index))) {
      points[key] ??= []
      points[key].push(`${index} ${timeMs} ${value}`)
    }
  }
  return { points, complete: begins.length === epochs }
}

const judge = async (url, run) => {
  const directory = openStore(dir).runDirectory(run.id)
  const found = await mlflowRunsOf(url, EXPERIMENT, run.id)
  if (found.length !== 1) return { id: run.id, complaint: `${found.length} runs at MLflow` }
  const there = await mlflowPoints(url, found[0])
  const known = duePointsOf(run)
  const own = Object.fromEntries(Object.keys(known.points).map(key => [key, there[key] ?? []]))
  const record = openStore(dir).read(run.id)
  const epochs = new Map(record.epochs.map(({ index, energy_kwh }) => [index, energy_kwh?.value]))
  // Live figures and the record's come out of the same readings, by two ways.
  const furthest = (there['energy/epoch_kwh'] ?? []).reduce((most, point) => {
    const [step, , value] = point.split(' ').map(Number)
    return Math.max(most, Math.abs(value / epochs.get(step) - 1))
  }, 0)
  return {
    id: run.id,
    byJournal: comparePoints(known.points, own),
    byOutbox: comparePoints(expectedPoints(directory), there),
    furthest,
    ...(!known.complete && { complaint: 'the journal lacks epochs' }),
    ...(found[0].info.status !== 'FINISHED' && { complaint: `status ${found[0].info.status}` }),
  }
}

/** How often the server answered with which status; 400 is also what it says when all connections of its pool are taken. */
const repliesOf = log => {
  const counts = {}
  for (const [, status] of log.matchAll(/HTTP\/1\.1" (\d{3})/g)) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

const sum = (rows, name) => ({
  due: rows.reduce((total, row) => total + (row[name]?.due ?? 0), 0),
  missing: rows.reduce((total, row) => total + (row[name]?.missing ?? 0), 0),
  doubled: rows.reduce((total, row) => total + (row[name]?.doubled ?? 0), 0),
  altered: rows.reduce((total, row) => total + (row[name]?.altered ?? 0), 0),
  strange: rows.reduce((total, row) => total + (row[name]?.strange ?? 0), 0),
})

let postgres
let server
try {
  postgres = await startPostgres(binaries, process => {
    postgres = process
  })
  server = await startServer(install.executable, join(folder, 'mlflow'), {
    store: () => ['--backend-store-uri', postgres.uri],
  })
  const version = await (await fetch(`${server.url}/version`)).text()
  say(`MLflow ${version} on PostgreSQL at ${server.url}; ${TRACKERS} trackers in ${PROCESSES} processes`)
  const loads = []
  const watch = setInterval(() => loads.push(loadavg()[0]), 10_000)
  const shares = Array.from({ length: PROCESSES }, (_, index) => Math.floor((TRACKERS * index) / PROCESSES))
  const processes = await Promise.all(
    shares.map((first, index) => load(server.url, first, (shares[index + 1] ?? TRACKERS) - first)),
  )
  clearInterval(watch)
  const runs = processes.flatMap(({ runs: own }) => own)
  const waitingOf = () => runs.filter(({ id }) => undelivered(openStore(dir).runDirectory(id)).length > 0)
  const left = waitingOf().length
  say(`${runs.length} runs are over; ${left} have something left to deliver`)
  let syncs = 0
  const syncing = performance.now()
  // The plugin is found from where it is installed.
  process.chdir(fileURLToPath(new URL('../../packages/cli', import.meta.url)))
  while (waitingOf().length > 0 && syncs++ < MOST_SYNCS) await syncRuns({ dir })
  const syncSeconds = (performance.now() - syncing) / 1000
  say('reading back')
  const judged = []
  for (const run of runs) judged.push(await judge(server.url, run))
  const complaints = judged.filter(
    ({ complaint, byJournal, byOutbox }) =>
      complaint ||
      [byJournal, byOutbox].some(
        ({ missing, doubled, altered, strange }) => missing + doubled + altered + strange > 0,
      ),
  )
  const stops = runs.map(({ stopSeconds }) => stopSeconds).sort((a, b) => a - b)
  console.log(
    JSON.stringify(
      {
        mlflow: version,
        postgres: execFileSync(join(binaries, 'postgres'), ['--version'], { encoding: 'utf8' }).trim(),
        trackers: TRACKERS,
        processes: PROCESSES,
        minutes: SECONDS / 60,
        epochSeconds: EPOCH_SECONDS,
        runs: runs.length,
        finished: runs.filter(({ status }) => status === 'finished').length,
        epochs: runs.reduce((total, { epochs }) => total + epochs, 0),
        loadAverage: { most: Math.max(0, ...loads), mean: loads.reduce((a, b) => a + b, 0) / loads.length },
        trackingCpuPercentOfCore: processes.map(({ cpuSeconds }) => (100 * cpuSeconds) / SECONDS),
        rssMb: processes.map(({ rssMb }) => rssMb),
        eventLoopBlockedMs: {
          median: Math.max(...processes.map(({ blockedMs }) => blockedMs.median)),
          p99: Math.max(...processes.map(({ blockedMs }) => blockedMs.p99)),
        },
        stopSeconds: { median: stops[stops.length >> 1], most: stops.at(-1) },
        serverReplies: repliesOf(readFileSync(join(folder, 'mlflow', 'server.log'), 'utf8')),
        leftForSync: left,
        syncs,
        syncSeconds,
        userMetricsByJournal: sum(judged, 'byJournal'),
        allPointsByOutbox: sum(judged, 'byOutbox'),
        epochEnergyFurthestFromRecord: Math.max(...judged.map(({ furthest = 0 }) => furthest)),
        complaints: complaints.slice(0, 10),
      },
      (_, value) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value),
      2,
    ),
  )
  process.exitCode = complaints.length > 0 || waitingOf().length > 0 || runs.length !== TRACKERS ? 1 : 0
} finally {
  if (server) await stopServer(server)
  await postgres?.stop()
  rmSync(folder, { recursive: true, force: true })
}
