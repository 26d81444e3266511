// Deaths of a training at random instants, on a counter whose energy is known: what is recovered is what flowed, to
// within one sampling interval, and nothing is counted twice.
//
//   node tools/build.mjs && nice -n 10 node testing/campaigns/kills.mjs --kills 1000 --at-once 12 --seed 1
//
// Lost is energy that had flowed when the process was last known to live and is in no record; gained is energy beyond
// what had flowed when its end was seen. Both are told in seconds of the machine's power. The longest interval is that
// between two readings of a run as they lie in its journal, which a busy machine makes longer than the one asked for.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openStore, recoverRuns } from '../../packages/core/dist/index.js'
import { realTimeCounter } from './real-time-counter.mjs'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    'at-once': { type: 'string', default: '8' },
    'interval-ms': { type: 'string', default: '500' },
    'longest-ms': { type: 'string', default: '3000' },
    seed: { type: 'string', default: '1' },
  },
})
const KILLS = Number(values.kills)
const INTERVAL_MS = Number(values['interval-ms'])
const WATTS = 150
const JOULES_PER_KWH = 3.6e6

const SIGNALS = ['SIGKILL', 'SIGTERM', 'SIGINT']
const KINDS = [...SIGNALS, 'uncaught', 'rejection', 'exit', 'abort', 'crash', 'memory']
/** These leave Node.js time to close the run. */
const ORDERLY = new Set(['uncaught', 'rejection', 'exit'])

let state = Number(values.seed) >>> 0
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}

// The register wraps during the first minute.
const counter = realTimeCounter({ watts: WATTS })

const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'epochwatt-kills-'))
const dir = join(root, 'store')
const training = fileURLToPath(new URL('kills/training.mjs', import.meta.url))

const live = kind =>
  new Promise((resolve, reject) => {
    const afterMs = 50 + random() * Number(values['longest-ms'])
    const options = kind === 'memory' ? ['--max-old-space-size=48'] : []
    const child = spawn(
      process.execPath,
      [...options, training, dir, String(INTERVAL_MS), kind, String(afterMs)],
      {
        env: { ...process.env, ...counter.env, EPOCHWATT_OFFLINE: '1' },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    let said = ''
    let killedAt
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', text => {
      const isFirst = said === ''
      said += text
      if (!isFirst || !SIGNALS.includes(kind)) return
      setTimeout(() => {
        killedAt = Date.now()
        child.kill(kind)
      }, afterMs)
    })
    child.once('error', reject)
    child.once('close', () => {
      const [id, ...stamps] = said.trim().split('\n')
      const aliveAt = killedAt ?? Number(stamps.at(-1))
      counter.refresh()
      resolve(id && aliveAt ? { id, kind, aliveAt, endedAt: Date.now() } : undefined)
    })
  })

const deaths = []
let begun = 0
let unborn = 0
const lane = async () => {
  while (begun < KILLS) {
    const kind = KINDS[begun < KINDS.length ? begun : Math.floor(random() * KINDS.length)]
    begun++
    const death = await live(kind)
    if (death) deaths.push(death)
    // Killed before its run began: there is nothing to recover.
    else if (++unborn < KILLS) begun--
  }
}
await Promise.all(Array.from({ length: Math.min(KILLS, Number(values['at-once'])) }, lane))
counter.stop()

// Every start recovers what died before it; this is the rest, and a second time there must be nothing.
const { failed } = recoverRuns(dir)
const again = recoverRuns(dir)
const store = openStore(dir)

const longestInterval = id => {
  const path = join(store.runDirectory(id), 'samples.jsonl')
  // It died before its sampler began: there is the reading of the start alone.
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  const times = lines.flatMap(line => {
    try {
      return JSON.parse(line).t
    } catch {
      return []
    }
  })
  times.sort((a, b) => a - b)
  return times
    .slice(1)
    .reduce((most, t, index) => Math.max(most, (t - times[index]) / 1e9), INTERVAL_MS / 1000)
}

const wrong = []
const judged = deaths.map(({ id, kind, aliveAt, endedAt }) => {
  const record = store.read(id)
  const joules = record.energy.components.cpu.kwh.value * JOULES_PER_KWH
  const startedAt = Date.parse(record.started_at)
  const lost = Math.max(0, counter.shownAt(aliveAt) - counter.shownAt(startedAt) - joules) / WATTS
  const gained = Math.max(0, joules - (counter.shownAt(endedAt) - counter.shownAt(startedAt))) / WATTS
  const standstill = counter.longestStandstill(startedAt, endedAt)
  const interval = longestInterval(id)
  const parts = [...record.epochs.map(({ energy_kwh }) => energy_kwh), record.outside_epochs.energy_kwh]
  const sum = parts.reduce((total, part) => total + (part?.value ?? 0), 0)
  const total = record.energy.total_kwh.value
  const complain = what => wrong.push({ id, kind, what })
  // Wall clock times are whole milliseconds, of three processes.
  const slack = standstill + 0.02
  if (lost > interval + slack)
    complain(`${lost.toFixed(3)} s lost, longest interval ${interval.toFixed(3)} s`)
  if (gained > slack) complain(`${gained.toFixed(3)} s gained`)
  if (Math.abs(sum - total) > 1e-9 * total) complain(`epochs and the rest are ${sum} kWh of ${total}`)
  if (record.status !== (ORDERLY.has(kind) ? 'failed' : 'killed')) complain(`status ${record.status}`)
  return { kind, lost, gained, interval, standstill }
})

const { records, unreadable } = store.list()
const known = new Set(records.map(({ id }) => id))
if (unborn > KILLS / 10) wrong.push({ what: `${unborn} trainings did not begin` })
if (known.size !== KILLS) wrong.push({ what: `${known.size} records of ${KILLS} runs` })
if (unreadable.length + failed.length > 0) wrong.push({ what: JSON.stringify([unreadable, failed]) })
if (again.recovered.length + again.left.length + store.openRuns().length > 0)
  wrong.push({ what: 'something was recovered twice, or left' })

const quantile = (numbers, share) =>
  [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))]
const summary = rows => ({
  runs: rows.length,
  lostSeconds: {
    median: quantile(
      rows.map(({ lost }) => lost),
      0.5,
    ),
    p99: quantile(
      rows.map(({ lost }) => lost),
      0.99,
    ),
    most: Math.max(...rows.map(({ lost }) => lost)),
  },
  mostGainedSeconds: Math.max(...rows.map(({ gained }) => gained)),
  longestIntervalSeconds: Math.max(...rows.map(({ interval }) => interval)),
  longestStandstillSeconds: Math.max(...rows.map(({ standstill }) => standstill)),
  beyondIntervalAskedFor: rows.filter(({ lost }) => lost > INTERVAL_MS / 1000).length,
})
console.log(
  JSON.stringify(
    {
      kills: KILLS,
      intervalMs: INTERVAL_MS,
      unborn,
      all: summary(judged),
      byKind: Object.fromEntries(
        KINDS.map(kind => [kind, judged.filter(row => row.kind === kind)])
          .filter(([, rows]) => rows.length > 0)
          .map(([kind, rows]) => [kind, summary(rows)]),
      ),
      wrong,
    },
    (_, value) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value),
    2,
  ),
)
counter.dispose()
rmSync(root, { recursive: true, force: true })
process.exitCode = wrong.length > 0 ? 1 : 0
