// A power cut leaves a file without its end, with NUL bytes in the place of it, or with a last block of something else.
// A journal that ends so at every byte of its last 64 KiB opens, has lost nothing but the line at the cut, and says so.
//
//   nice -n 10 node testing/campaigns/power-cut.mjs [--bytes 65536] [--step 1] [--records-every 61]
//
// Every offset goes through the reader that the product has; at each line's edges and every 61st offset entries are
// compared one by one and the record is built, and every 2048th is recovered in a store, as the next start would.
import {
  closeSync,
  copyFileSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundled } from './bundled.mjs'

const { values } = parseArgs({
  options: {
    bytes: { type: 'string', default: '65536' },
    step: { type: 'string', default: '1' },
    'records-every': { type: 'string', default: '61' },
    'recover-every': { type: 'string', default: '2048' },
  },
})
const BYTES = Number(values.bytes)
const STEP = Number(values.step)
const RECORDS_EVERY = Number(values['records-every'])
const RECOVER_EVERY = Number(values['recover-every'])
const WATTS = 200
const JOULES_PER_KWH = 3.6e6
/** What file systems write at once. */
const BLOCK = 4096
/** A process that cannot be: the writer of a journal that a power cut ended is gone. */
const GONE = { owner: { pid: 2 ** 22 + 1, startTicks: 1 }, samplingIntervalMs: 1000 }

const {
  EVENTS_FILE,
  JournalWriter,
  packageCounter,
  readJournal,
  recordOfJournal,
  recoverRuns,
  SAMPLES_FILE,
  scriptedRun,
  tickAt,
  windowAt,
} = await bundled('campaigns/sources.ts')

const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'epochwatt-power-cut-'))
const run = scriptedRun({ sensors: [packageCounter()] })
const raws = second => [second * WATTS * 1e6]

/** A run of seconds in a folder, with an epoch each so many seconds and a reading each so many. */
const writeRun = (name, { epochSeconds, tickSeconds, seconds }) => {
  const directory = join(root, name)
  mkdirSync(directory, { recursive: true })
  const events = new JournalWriter(join(directory, EVENTS_FILE))
  const samples = new JournalWriter(join(directory, SAMPLES_FILE))
  events.append(run)
  events.append(tickAt(0, raws(0), [0, 0, 0]))
  for (let second = tickSeconds; second <= seconds; second += tickSeconds)
    samples.append(tickAt(second, raws(second), [second * 3.5, second * 8, second * 3]))
  for (let index = 0; (index + 1) * epochSeconds <= seconds; index++) {
    const edges = windowAt(index, index * epochSeconds, (index + 1) * epochSeconds, [
      raws(index * epochSeconds),
      raws((index + 1) * epochSeconds),
    ])
    for (const entry of edges) events.append(entry)
  }
  events.close()
  samples.close()
  return directory
}

/** The file of a kind that was written last: what a power cut tears. */
const lastFile = (directory, kind) =>
  join(
    directory,
    readdirSync(directory)
      .filter(name => name.startsWith(kind.replace(/\.jsonl$/, '')))
      .sort()
      .at(-1),
  )

const wrong = []
const complain = what => {
  if (wrong.length < 20) wrong.push(what)
}

/** The file's entries by the place where their line ends, newline excluded. */
const linesOf = bytes => {
  const lines = []
  for (let from = 0, at = bytes.indexOf(10); at >= 0; from = at + 1, at = bytes.indexOf(10, from))
    lines.push({ from, end: at })
  return lines
}

/** Joules up to the last thing that a journal knows: the counter is read with it. */
const knownJoules = ({ entries }) => Math.max(...entries.map(({ r }) => r?.[0] ?? 0)) / 1e6

const judgeRecord = (record, journal, what, isTorn) => {
  const joules = record.energy.total_kwh.value * JOULES_PER_KWH
  if (Math.abs(joules - knownJoules(journal)) > 1e-6)
    complain(`${what}: ${joules} J of ${knownJoules(journal)} J`)
  if (record.warnings.some(({ code }) => code === 'JOURNAL_DAMAGED') !== isTorn)
    complain(`${what}: JOURNAL_DAMAGED is ${isTorn ? 'missing' : 'said of a whole journal'}`)
}

let recovered = 0
/** As the next start does, and once more: nothing is there twice. */
const judgeRecovery = (directory, what, whole, isTorn) => {
  const store = join(root, `store-${recovered++}`)
  const folder = join(store, 'runs', run.id)
  mkdirSync(folder, { recursive: true })
  mkdirSync(join(store, 'open'))
  for (const name of readdirSync(directory)) copyFileSync(join(directory, name), join(folder, name))
  writeFileSync(join(store, 'open', run.id), JSON.stringify(GONE))
  const { recovered: records, failed } = recoverRuns(store)
  if (failed.length > 0 || records.length !== 1) complain(`${what}: not recovered ${JSON.stringify(failed)}`)
  else {
    judgeRecord(records[0], whole, `${what}, recovered`, isTorn)
    if (records[0].status !== 'killed') complain(`${what}: status ${records[0].status}`)
    const again = recordOfJournal(readJournal(folder))
    if (JSON.stringify(again.energy) !== JSON.stringify(records[0].energy))
      complain(`${what}: the recovered journal reads otherwise`)
  }
  rmSync(store, { recursive: true })
}

/** What becomes of the bytes behind a cut. Called with smaller and smaller offsets, each on what the last one left. */
const DAMAGES = {
  cut: (fd, at) => ftruncateSync(fd, at),
  nul: (fd, at, was) => writeSync(fd, Buffer.alloc(was - at), 0, was - at, at),
}

/** Everything that must hold of a journal whose file ends, or turns to NUL bytes, at an offset. */
const everyOffset = (kind, damage, directory) => {
  const path = lastFile(directory, kind)
  const bytes = readFileSync(path)
  const lines = linesOf(bytes)
  const truth = readJournal(directory)
  const others = truth.entries.length - lines.length
  const fd = openSync(path, 'r+')
  let [opened, torn, headless, slowestMs, records] = [0, 0, 0, 0, 0]
  let was = bytes.length
  let left = lines.length
  for (let at = bytes.length; at >= Math.max(0, bytes.length - BYTES); at -= STEP) {
    DAMAGES[damage](fd, at, was)
    was = at
    // A line is whole without its newline too, but not with a NUL byte behind it.
    const isWhole = end => (damage === 'cut' ? end <= at : end < at || at === bytes.length)
    while (left > 0 && !isWhole(lines[left - 1].end)) left--
    const behind = lines[left]?.from ?? bytes.length
    const isTorn = damage === 'cut' ? at > behind : at < bytes.length
    const what = `${kind}, ${damage} at ${at}`
    opened++
    let journal
    const began = performance.now()
    try {
      journal = readJournal(directory)
    } catch (error) {
      // The header itself was the last record.
      if (left === 0 && error.code === 'JOURNAL_HEADLESS') headless++
      else complain(`${what}: ${error.message}`)
      continue
    }
    slowestMs = Math.max(slowestMs, performance.now() - began)
    if (journal.entries.length !== others + left)
      complain(`${what}: ${journal.entries.length} entries of ${others + left}`)
    if (journal.damagedLines.length !== (isTorn ? 1 : 0))
      complain(`${what}: ${journal.damagedLines.length} damaged lines`)
    if (isTorn) torn++
    const atEdge = Math.abs(at - (lines[left - 1]?.end ?? 0)) <= 1
    if (opened % RECOVER_EVERY === 0) judgeRecovery(directory, what, journal, isTorn)
    if (!atEdge && opened % RECORDS_EVERY !== 0) continue
    records++
    const texts = new Set(journal.entries.map(entry => JSON.stringify(entry)))
    for (const { from, end } of lines.slice(0, left))
      if (!texts.has(bytes.toString('utf8', from, end))) complain(`${what}: a whole line is lost`)
    judgeRecord(recordOfJournal(journal), journal, what, isTorn)
  }
  closeSync(fd)
  return { kind, damage, opened, torn, headless, records, slowestReadMs: Math.round(slowestMs * 10) / 10 }
}

let state = 1
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}
const FILLINGS = {
  /** Anything, line feeds among it. */
  noise: length => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256))),
  /** A block that the disk held before: older lines of the same file. */
  stale: (length, bytes) => bytes.subarray(bytes.length - 3 * BLOCK, bytes.length - 3 * BLOCK + length),
}

/** The last block holds something else: what is before it is all there, and no energy comes out of what is in it. */
const lastBlock = (kind, filling, directory) => {
  const path = lastFile(directory, kind)
  const bytes = readFileSync(path)
  const lines = linesOf(bytes)
  const others = readJournal(directory).entries.length - lines.length
  const from = Math.floor((bytes.length - 1) / BLOCK) * BLOCK
  const times = filling === 'noise' ? 200 : 1
  for (let time = 0; time < times; time++) {
    const block = FILLINGS[filling](bytes.length - from, bytes)
    writeFileSync(path, Buffer.concat([bytes.subarray(0, from), block]))
    const what = `${kind}, last block ${filling} ${time}`
    const journal = readJournal(directory)
    const whole = lines.filter(({ end }) => end < from).length
    if (filling === 'noise' && journal.entries.length !== others + whole)
      complain(`${what}: ${journal.entries.length} entries of ${others + whole}`)
    const record = recordOfJournal(journal)
    if (filling === 'noise') judgeRecord(record, journal, what, true)
    // Half a line and half another may make a line, so this may lose more than a reading, but never gain.
    else if (record.energy.total_kwh.value * JOULES_PER_KWH > knownJoules(journal) + 1e-6)
      complain(`${what}: gained`)
    if (!record.warnings.some(({ code }) => /^(JOURNAL_DAMAGED|COUNTER_IRREGULAR)$/.test(code)))
      complain(`${what}: not said`)
  }
  return { kind, damage: `last block ${filling}`, opened: times }
}

// Each kind in its own run, large where it is cut and small elsewhere: sixty-five thousand openings want to be short.
const shapes = [
  [SAMPLES_FILE, { epochSeconds: 60, tickSeconds: 1, bytesASecond: 75 }],
  [EVENTS_FILE, { epochSeconds: 1, tickSeconds: 60, bytesASecond: 150 }],
]
const results = []
for (const [kind, { bytesASecond, ...shape }] of shapes) {
  const seconds = Math.ceil((BYTES + 4 * BLOCK) / bytesASecond)
  for (const damage of Object.keys(DAMAGES))
    results.push(everyOffset(kind, damage, writeRun(`${kind}-${damage}`, { ...shape, seconds })))
  for (const filling of Object.keys(FILLINGS))
    results.push(lastBlock(kind, filling, writeRun(`${kind}-${filling}`, { ...shape, seconds })))
}
console.log(JSON.stringify({ results, recovered, wrong }, undefined, 2))
rmSync(root, { recursive: true, force: true })
process.exitCode = wrong.length > 0 ? 1 : 0
