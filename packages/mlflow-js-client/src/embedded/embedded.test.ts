// The database is opened by the real MLflow, of the current and of the 2.x line, and compared with what was logged.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { clientOf } from '../../test/client-of.js'
import { describeWith, type Skipped } from '../../test/describe-with.js'
import { type EmbeddedStore, embeddedStore } from '../../test/embedded-store.js'
import { type MlflowInstall, type MlflowLine, mlflowInstall } from '../../test/mlflow-install.js'
import { startServer, stopServer } from '../../test/mlflow-process.js'
import type { MlflowClient } from '../client.js'
import { SCHEMA_REVISION } from './schema.js'

const run = promisify(execFile)

const startTime = 1_790_000_000_000
const steps = 400
const valueAt = (key: number, step: number): number => Math.sin(step + key) * 10 ** ((step % 60) - 30)
const keys = ['loss', 'energy/total_kwh', 'carbon/total_gco2eq', 'system/total_power_watts']
const points = keys.flatMap((key, index) =>
  Array.from({ length: steps }, (_, step) => ({
    key,
    value: valueAt(index, step),
    step,
    timestamp: startTime + step * 1000 + index,
  })),
)
const params = { lr: '0.001', text: 'größe 日本 😀', long: 'p'.repeat(6000), empty: '' }
const tags = { team: 'a', 'mlflow.note.content': `**Energy**\n${'n'.repeat(7000)}` }
const dataset = { name: 'mnist', digest: 'd1', sourceType: 'http', source: '{"uri":"x"}', schema: '{}' }
const artifacts: Readonly<Record<string, string>> = {
  'energy/report.html': '<!doctype html><title>r</title>',
  'energy/odd name+é.txt': '',
}

/** What a user of this package has before Python comes near. */
const logEverything = async (client: MlflowClient): Promise<string> => {
  const { experimentId } = await client.experiments.getOrCreate({ name: 'digits', tags: { purpose: 'test' } })
  const { info } = await client.runs.create({ experimentId, runName: 'first', startTime, tags })
  await client.runs.logBatch(info.runId, { metrics: points, params })
  await client.runs.logInputs(info.runId, { datasets: [{ dataset, context: 'training' }] })
  for (const [path, content] of Object.entries(artifacts))
    await client.artifacts.upload(info.runId, path, content)
  await client.runs.end(info.runId, 'KILLED', startTime + steps * 1000)
  return info.runId
}

/** What Python's own client finds in the file. */
const readByPython = `
import json, sys
from mlflow import MlflowClient
client = MlflowClient()
[run] = client.search_runs([client.get_experiment_by_name("digits").experiment_id], order_by=["attributes.start_time ASC"], max_results=1)
[dataset] = run.inputs.dataset_inputs
def text(path):
    with open(client.download_artifacts(run.info.run_id, path), encoding="utf8") as file: return file.read()
def files(path=None):
    for entry in client.list_artifacts(run.info.run_id, path):
        if entry.is_dir: yield from files(entry.path)
        else: yield entry.path
print(json.dumps({
  "experiments": sorted(e.name for e in client.search_experiments()),
  "experimentTags": client.get_experiment_by_name("digits").tags,
  "info": {"runId": run.info.run_id, "name": run.info.run_name, "status": run.info.status, "start": run.info.start_time, "end": run.info.end_time},
  "params": run.data.params,
  "tags": run.data.tags,
  "latest": run.data.metrics,
  "points": [{"key": m.key, "value": m.value, "step": m.step, "timestamp": m.timestamp} for key in run.data.metrics for m in client.get_metric_history(run.info.run_id, key)],
  "dataset": [dataset.dataset.name, dataset.dataset.digest, dataset.dataset.source_type, dataset.dataset.source, dataset.dataset.schema, {t.key: t.value for t in dataset.tags}],
  "artifacts": {path: text(path) for path in files()},
}))`

const byKeyAndStep = <T extends { key: string; step: number }>(all: readonly T[]): T[] =>
  all.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.step - b.step))

const expectEverything = (read: Record<string, unknown>, runId: string): void => {
  const { points: readPoints, tags: readTags, ...rest } = read
  expect(byKeyAndStep(readPoints as typeof points)).toEqual(byKeyAndStep(points))
  expect(readTags).toMatchObject({ ...tags, 'mlflow.runName': 'first' })
  expect(rest).toEqual({
    experiments: ['Default', 'digits'],
    experimentTags: { purpose: 'test' },
    info: { runId, name: 'first', status: 'KILLED', start: startTime, end: startTime + steps * 1000 },
    params,
    latest: Object.fromEntries(keys.map((key, index) => [key, valueAt(index, steps - 1)])),
    dataset: ['mnist', 'd1', 'http', '{"uri":"x"}', '{}', { 'mlflow.data.context': 'training' }],
    artifacts,
  })
}

const revisionOf = async (install: MlflowInstall, path: string): Promise<string> => {
  const script = `import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("select version_num from alembic_version").fetchone()[0])`
  return (await run(install.python, ['-c', script, path])).stdout.trim()
}

const installOf = async (line: MlflowLine): Promise<MlflowInstall | Skipped> => {
  const install = await mlflowInstall(line)
  return 'reason' in install ? { skipped: install.reason } : install
}

for (const line of ['current', 'legacy'] as const) {
  describeWith(`a database without a server, opened by MLflow (${line})`, await installOf(line), install => {
    const store = embeddedStore(line)
    const path = join(store.folder, 'mlflow.db')

    it('has everything that was logged, before and after it is migrated', { timeout: 120_000 }, async () => {
      const client = clientOf(store.url)
      const runId = await logEverything(client)
      expect(await revisionOf(install, path)).toBe(SCHEMA_REVISION)
      const copy = join(store.folder, 'upgraded.db')
      copyFileSync(path, copy)

      expectEverything(await store.python(readByPython), runId)
      const migrated = await revisionOf(install, path)
      expect(migrated).not.toBe(SCHEMA_REVISION)

      await run(install.executable, ['db', 'upgrade', `sqlite:///${copy}`])
      expect(await revisionOf(install, copy)).toBe(migrated)

      // The next training logs into the migrated file, whose tables are not those that it was made with.
      const second = await logEverything(client)
      expect((await client.runs.get(second)).inputs.datasets).toHaveLength(1)
      expect((await client.metrics.history(runId, 'loss').all()).length).toBe(steps)
      const history = await store.python<number[]>(
        'import json, sys; from mlflow import MlflowClient; print(json.dumps([m.value for m in MlflowClient().get_metric_history(sys.argv[1], "loss")]))',
        second,
      )
      expect(history.toSorted((a, b) => a - b)).toEqual(
        points
          .filter(({ key }) => key === 'loss')
          .map(({ value }) => value)
          .sort((a, b) => a - b),
      )
    })
  })
}

describeWith('a database without a server', await installOf('current'), install => {
  it('is what "mlflow server" without a store shows in that folder, while more is logged', {
    timeout: 120_000,
  }, async () => {
    const store = embeddedStore()
    const embedded = clientOf(store.url)
    const runId = await logEverything(embedded)
    const server = await startServer(install.executable, store.folder, { args: () => [], store: () => [] })
    onTestFinished(() => stopServer(server))
    const shown = clientOf(server.url)
    expect((await shown.metrics.history(runId, 'energy/total_kwh').all()).length).toBe(steps)
    expect(await shown.artifacts.downloadText(runId, 'energy/report.html')).toBe(
      artifacts['energy/report.html'],
    )

    const { info } = await embedded.runs.create({ experimentId: '1', runName: 'while it is shown' })
    const logging = Array.from({ length: 20 }, (_, step) =>
      embedded.runs.logMetric(info.runId, 'live', step, { step, timestamp: startTime + step }),
    )
    const asking = Array.from({ length: 20 }, () => shown.runs.search({ experimentIds: ['1'] }).all())
    await Promise.all([...logging, ...asking])
    const live = await shown.metrics.history(info.runId, 'live').all()
    expect(live.map(({ step, value }) => [step, value])).toEqual(Array.from({ length: 20 }, (_, i) => [i, i]))
    // Made in an experiment of the server's own: both put artifacts into the same place.
    const theirs = await shown.experiments.getOrCreate({ name: 'theirs' })
    const joined = await embedded.runs.create({ experimentId: theirs.experimentId })
    await embedded.artifacts.upload(joined.info.runId, 'a.txt', 'both')
    expect(await shown.artifacts.downloadText(joined.info.runId, 'a.txt')).toBe('both')
  })
})

/** The built package, for programs of their own. */
const built = fileURLToPath(new URL('../../dist/index.js', import.meta.url))

const startWriter = (store: EmbeddedStore, source: string, env: Record<string, string> = {}) =>
  spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { createMlflowClient } from ${JSON.stringify(built)}
    const client = createMlflowClient()
    const { experimentId } = await client.experiments.getOrCreate({ name: 'shared' })
    ${source}`,
    ],
    {
      cwd: store.folder,
      env: { ...process.env, MLFLOW_TRACKING_URI: store.url, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )

const integrity = async (install: MlflowInstall, store: EmbeddedStore): Promise<string> => {
  const script = `import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("pragma integrity_check").fetchone()[0])`
  return (await run(install.python, ['-c', script, join(store.folder, 'mlflow.db')])).stdout.trim()
}

describeWith('a database that several processes write to', await installOf('current'), install => {
  it('keeps what each of them logged', { timeout: 120_000 }, async () => {
    const store = embeddedStore()
    const program = `
      const { info } = await client.runs.create({ experimentId, runName: process.env.WRITER })
      for (let step = 0; step < 40; step += 1) {
        await client.runs.logBatch(info.runId, { metrics: [{ key: 'm', value: step, step }, { key: 'n', value: -step, step }] })
      }
      await client.runs.end(info.runId)`
    const writers = ['a', 'b', 'c'].map(name => startWriter(store, program, { WRITER: name }))
    const python = store.python(`
import json, mlflow
mlflow.set_experiment("shared")
with mlflow.start_run(run_name="python"):
    for step in range(40): mlflow.log_metrics({"m": step, "n": -step}, step=step)
print(json.dumps("done"))`)
    const codes = await Promise.all(writers.map(async writer => (await once(writer, 'exit'))[0]))
    expect(codes).toEqual([0, 0, 0])
    await python
    const client = clientOf(store.url)
    const experiment = await client.experiments.getByName('shared')
    const runs = await client.runs.search({ experimentIds: [experiment!.experimentId] }).all()
    expect(runs.map(({ info }) => info.runName).sort()).toEqual(['a', 'b', 'c', 'python'])
    for (const { info } of runs) {
      expect(info.status).toBe('FINISHED')
      const history = await client.metrics.history(info.runId, 'm').all()
      expect(history.map(({ step, value }) => [step, value])).toEqual(
        Array.from({ length: 40 }, (_, i) => [i, i]),
      )
    }
    expect(await integrity(install, store)).toBe('ok')
  })

  it('has whole batches, and all that were acknowledged, after a process was killed', {
    timeout: 120_000,
  }, async () => {
    const store = embeddedStore()
    const size = 200
    const program = `
      const { info } = await client.runs.create({ experimentId })
      for (let batch = 0; ; batch += 1) {
        const metrics = Array.from({ length: ${size} }, (_, key) => ({ key: 'k' + key, value: batch, step: batch }))
        await client.runs.logBatch(info.runId, { metrics })
        process.stdout.write('\\n' + info.runId + ' ' + batch + ' ')
      }`
    for (let round = 0; round < 3; round += 1) {
      const writer = startWriter(store, program)
      let said = ''
      writer.stdout.on('data', chunk => {
        said += chunk
        if (said.split('\n').length > 8 + round) writer.kill('SIGKILL')
      })
      await once(writer, 'close')
      const [runId = '', last = ''] = said.trimEnd().split('\n').at(-1)!.split(' ')
      const client = clientOf(store.url)
      const { data, info } = await client.runs.get(runId)
      expect(info.status).toBe('RUNNING')
      const latest = Object.values(data.metrics)
      expect(latest).toHaveLength(size)
      // One transaction a batch: there, or not there at all.
      expect(new Set(latest).size).toBe(1)
      expect(latest[0]).toBeGreaterThanOrEqual(Number(last))
      const counts = await Promise.all(
        ['k0', `k${size - 1}`].map(async key => (await client.metrics.history(runId, key).all()).length),
      )
      expect(counts).toEqual([latest[0]! + 1, latest[0]! + 1])
    }
    expect(await integrity(install, store)).toBe('ok')
  })
})

describe('a database file', () => {
  const store = embeddedStore()
  const client = clientOf(store.url)
  const sqlite = async (file: string, ...statements: readonly string[]): Promise<string> => {
    const { openSqlite } = await import('./sqlite.js')
    const path = join(store.folder, file)
    const db = await openSqlite(path)
    for (const statement of statements) db.exec(statement)
    db.close()
    return `sqlite:///${path}`
  }
  afterAll(() => expect(readdirSync(store.folder).filter(name => /-journal$|-wal$/.test(name))).toEqual([]))

  it('has the default experiment from the start, and keeps artifacts beside it', async () => {
    const { artifactLocation, name } = await client.experiments.get('0')
    expect(name).toBe('Default')
    expect(artifactLocation).toBe(join(store.folder, 'mlruns', '0'))
    const { info } = await client.runs.create({ experimentId: '0' })
    await client.artifacts.upload(info.runId, 'a/b.txt', 'x')
    expect(readdirSync(join(store.folder, 'mlruns', '0', info.runId, 'artifacts', 'a'))).toEqual(['b.txt'])
    expect(info.runName).toMatch(/^[a-z]+-[a-z]+-\d{3}$/)
  })

  it('that is none of MLflow’s is left alone', async () => {
    const uri = await sqlite('other.db', 'CREATE TABLE mine (a)')
    await expect(clientOf(uri).experiments.get('0')).rejects.toMatchObject({
      status: 501,
      isRetryable: false,
    })
    await expect(clientOf(uri).experiments.get('0')).rejects.toThrow("none of MLflow's")
  })

  it('that cannot be used is an error that is not retried', async () => {
    writeFileSync(join(store.folder, 'junk.db'), 'this is no database, but a text that is long enough')
    for (const path of ['junk.db', 'junk.db/below.db']) {
      const unusable = clientOf(`sqlite:///${join(store.folder, path)}`).experiments.get('0')
      await expect(unusable).rejects.toMatchObject({ errorCode: 'DATABASE_ERROR', isRetryable: false })
      await expect(unusable).rejects.toThrow(path)
    }
  })

  it('of an MLflow to come is left alone if rows need what is not known here', async () => {
    const uri = await sqlite('future.db')
    await clientOf(uri).experiments.get('0')
    await sqlite('future.db', "ALTER TABLE runs ADD COLUMN harmless TEXT DEFAULT 'x'")
    await clientOf(uri).runs.create({ experimentId: '0' })
    await sqlite('future.db', 'DROP TABLE latest_metrics', 'CREATE TABLE latest_metrics (mass TEXT NOT NULL)')
    await expect(clientOf(uri).runs.create({ experimentId: '0' })).rejects.toThrow(
      /revision 7f2a7d5fae7d.*latest_metrics.*mlflow db upgrade/,
    )
  })

  it('is not written to while MLflow copies its tables', async () => {
    const uri = await sqlite('migrating.db')
    const migrating = clientOf(uri)
    await migrating.experiments.get('0')
    await sqlite('migrating.db', 'CREATE TABLE _alembic_tmp_runs (a)')
    const made = migrating.runs.create({ experimentId: '0' })
    await new Promise(resolve => setTimeout(resolve, 50))
    await sqlite('migrating.db', 'DROP TABLE _alembic_tmp_runs')
    expect((await made).info.status).toBe('RUNNING')
  })

  it('says which calls need a server', async () => {
    await expect(client.loggedModels.create({ experimentId: '0', name: 'm' })).rejects.toThrow(
      'mlflow server',
    )
    const { info } = await client.runs.create({ experimentId: '0' })
    await expect(client.runs.logInputs(info.runId, { modelIds: ['m-1'] })).rejects.toMatchObject({
      status: 400,
    })
  })

  it.each([
    ["attributes.status = 'RUNNING' and tags.kind = 'a'", ['one']],
    ["tags.kind IN ('a', 'b')", ['one', 'two']],
    ["tags.kind != 'a'", ['two']],
    ["run_name LIKE 't%'", ['two']],
    ["run_name LIKE 'T%'", []],
    ["run_name ILIKE 'T%'", ['two']],
    ['metrics.`loss/val` <= 1.5e0 AND params.lr = "0.1"', ['one']],
    ['metrics."loss/val" > 1 and metrics.`loss/val` < 3', ['two']],
  ])('is searched by %s', async (filter, names) => {
    const experimentId = await client.experiments.create({ name: `search ${filter}` })
    for (const [index, runName] of ['one', 'two'].entries()) {
      const kind = ['a', 'b'][index]!
      const { info } = await client.runs.create({ experimentId, runName, tags: { kind } })
      await client.runs.logBatch(info.runId, {
        metrics: [{ key: 'loss/val', value: index + 1 }],
        params: { lr: index === 0 ? 0.1 : 0.2 },
      })
    }
    const found = await client.runs
      .search({ experimentIds: [experimentId], filter, orderBy: ['params.lr'] })
      .all()
    expect(found.map(({ info }) => info.runName)).toEqual(names)
  })

  it.each([
    'metrics.loss <> 1',
    'nothing',
    "status = 'a' or status = 'b'",
    "genus.a = '1'",
    "colour = 'red'",
  ])('is not searched by %s', async filter => {
    await expect(client.runs.search({ experimentIds: ['0'], filter }).all()).rejects.toMatchObject({
      status: 400,
    })
  })

  it('keeps paths inside the folder of the run', async () => {
    const { info } = await client.runs.create({ experimentId: '0' })
    const url = `/get-artifact?run_uuid=${info.runId}&path=${encodeURIComponent('../../../../mlflow.db')}`
    const { embeddedFetch } = await import('./embedded-fetch.js')
    const { locationOf } = await import('./location.js')
    const response = await embeddedFetch(locationOf(store.url))(`http://embedded.invalid${url}`, {})
    expect(response.status).toBe(400)
  })
})
