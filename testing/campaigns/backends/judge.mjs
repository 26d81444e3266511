// Reads back what every backend holds of a run, and compares it with what was measured: each point once, with its step,
// value and time.
import { existsSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { comparePoints } from './compare-points.mjs'
import { mlflowArtifacts, mlflowPoints, mlflowRunsOf } from './read-mlflow.mjs'

const MLFLOW_STATUS = { finished: 'FINISHED', killed: 'KILLED' }

const complaintsOf = ({ missing, doubled, altered, strange, examples }) =>
  missing + doubled + altered + strange === 0
    ? []
    : [
        `${missing} missing, ${doubled} doubled, ${altered} altered, ${strange} strange: ${examples.join('; ')}`,
      ]

const judgeMlflow = async ({ url, experiment, directory, record, losses, expectedPoints }) => {
  const runs = await mlflowRunsOf(url, experiment, record.id)
  if (runs.length !== 1) return { points: 0, complaints: [`${runs.length} runs`] }
  const there = await mlflowPoints(url, runs[0])
  const found = comparePoints(expectedPoints(directory), there)
  const { status } = runs[0].info
  const files = await mlflowArtifacts(url, runs[0].info.run_id, 'energy')
  // What the training itself knows to have logged.
  const stored = new Map(
    (there.loss ?? []).map(point => [Number(point.split(' ')[0]), Number(point.split(' ')[2])]),
  )
  const lost = losses.filter(({ index, loss }) => stored.get(index) !== loss)
  return {
    points: found.due,
    complaints: [
      ...complaintsOf(found),
      ...(status === MLFLOW_STATUS[record.status]
        ? []
        : [`status ${status} of a run that was ${record.status}`]),
      ...(files.includes('energy/record.json') && files.includes('energy/report.html')
        ? []
        : [`files ${files}`]),
      ...(lost.length === 0 ? [] : [`${lost.length} epochs of the training are not there`]),
    ],
  }
}

const differing = (name, due, there) => {
  if (isDeepStrictEqual(due, there)) return []
  const at = due.findIndex((row, index) => !isDeepStrictEqual(row, there[index]))
  const place = at < 0 ? due.length : at
  return [
    `${name}: ${there.length} of ${due.length}, first difference at ${place}: ${JSON.stringify(there[place])} for ${JSON.stringify(due[place])}`,
  ]
}

const judgeWandb = ({ stub, directory, record, dueAtWandb }) => {
  const run = [...stub.state.runs.values()].find(({ name }) => name === record.id)
  if (!run || stub.state.runs.size !== 1) return { points: 0, complaints: [`${stub.state.runs.size} runs`] }
  const { rows, system } = dueAtWandb(directory)
  const summary = JSON.parse(run.summary || '{}')
  const artifacts = stub.state.artifacts.filter(
    ({ collection, state }) => collection === `energy-${record.id}` && state === 'COMMITTED',
  )
  const total = record.energy.total_kwh.value
  return {
    points: rows.length + system.length,
    complaints: [
      ...stub.problems,
      ...differing(
        'history',
        rows,
        run.history.map(line => JSON.parse(line)),
      ),
      ...differing(
        'system metrics',
        system,
        run.events.map(line => JSON.parse(line)),
      ),
      ...(summary['energy/total_kwh'] === total
        ? []
        : [`summary ${summary['energy/total_kwh']} for ${total}`]),
      ...(run.exitCode === (record.status === 'finished' ? 0 : 1) ? [] : [`exit code ${run.exitCode}`]),
      ...(artifacts.length === 1 ? [] : [`${artifacts.length} artifacts`]),
      ...(run.files.has('wandb-summary.json') ? [] : ['no file wandb-summary.json']),
    ],
  }
}

/**
 * OTLP has no identity but series and instant: what comes twice is equal, and one point for whoever stores it. Two events
 * of one millisecond (the last power and the record) may tell of one series, the later one more exactly.
 */
const judgeCollector = ({ collector, directory, dueAtCollector, pointKey }) => {
  const due = new Set(dueAtCollector(directory))
  const there = collector
    .collected()
    .points.map(({ name, attributes, atMs, value }) => pointKey(name, attributes, atMs, value))
  const held = new Set(there)
  const missing = [...due].filter(point => !held.has(point))
  const strange = [...held].filter(point => !due.has(point))
  return {
    points: due.size,
    repeated: there.length - held.size,
    complaints:
      missing.length + strange.length === 0
        ? []
        : [`${missing.length} missing, ${strange.length} strange: ${missing[0]} ${strange[0]}`],
  }
}

const judgeTable = ({ csv, directory, record, eventsOf }) => {
  if (!existsSync(csv)) return { points: 0, complaints: ['no file'] }
  const [, ...lines] = readFileSync(csv, 'utf8').trimEnd().split('\n')
  const there = lines.map(line => line.split(','))
  const due = eventsOf(directory).filter(({ type }) => type !== 'power')
  const wrong = due.filter(event => {
    const rows = there.filter(([id, seq]) => id === record.id && Number(seq) === event.seq)
    const energy = event.type === 'record' ? record.energy.total_kwh : event.figures.energy_kwh
    return (
      rows.length !== 1 ||
      rows[0][2] !== new Date(event.timeMs).toISOString() ||
      rows[0][8] !== String(energy?.value ?? '')
    )
  })
  return {
    points: due.length,
    complaints:
      wrong.length === 0 && there.length === due.length
        ? []
        : [`${wrong.length} wrong of ${there.length} rows`],
  }
}

export const judge = async run => {
  const { mlflowUrl, experiment } = run
  const mlflow = name => judgeMlflow({ ...run, url: mlflowUrl, experiment: name })
  return {
    mlflow: await mlflow(experiment),
    'mlflow-2': await mlflow(`${experiment} again`),
    wandb: judgeWandb(run),
    otlp: judgeCollector(run),
    csv: judgeTable(run),
  }
}
