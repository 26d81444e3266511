// Against a server that speaks W&B's protocol, and against the files of offline runs: what is sent is read back.
import net from 'node:net'
import { type RunExporter, type RunRecord, startTracking } from '@epochwatt/core'
import { scriptedRun, testExporter } from '@epochwatt/core/testing'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { init, type Run, sync } from 'wandb-node-sdk-shim'
import {
  bodiesOf,
  logOf,
  rowsOf,
  stubSettings,
  summaryOf,
  temporaryDirectory,
} from '../../wandb-node-sdk-shim/src/testing/fixture.js'
import { type StubBackend, startStubBackend } from '../../wandb-node-sdk-shim/src/testing/stub-backend.js'
import { wandb } from './wandb.js'

const directory = temporaryDirectory()
afterAll(directory.remove)
const dir = directory.path

let stub: StubBackend
beforeEach(async () => {
  // Nobody's own W&B settings may change what the tests see.
  for (const name of Object.keys(process.env)) if (name.startsWith('WANDB_')) vi.stubEnv(name, undefined)
  vi.stubEnv('WANDB_CONFIG_DIR', dir)
  stub = await startStubBackend()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  expect(stub.problems).toEqual([])
  await stub.close()
})

const online = (options: Parameters<typeof wandb>[0] = {}) =>
  wandb({ project: 'p', dir, ...options, settings: { ...stubSettings(stub), ...options.settings } })

const busyFor = (ms: number): void => {
  const end = performance.now() + ms
  while (performance.now() < end);
}

interface Training {
  readonly afterEpoch?: (index: number) => void
  readonly outcome?: { readonly status: 'failed'; readonly reason: string }
}

const train = async (exporter: RunExporter, { afterEpoch, outcome }: Training = {}): Promise<RunRecord> => {
  const tracker = startTracking({
    dir,
    country: 'FR',
    project: '@tests/plugin',
    params: { lr: 0.1 },
    tags: { team: 'vision' },
    exporters: [exporter],
  })
  for (let index = 0; index < 3; index++) {
    const epoch = tracker.window('epoch', { index })
    busyFor(60)
    epoch.end()
    epoch.logMetrics({ loss: 1 / (index + 1) })
    // A server that answers at once has had its answer by then, so that rows come one by one.
    await new Promise(resolve => setTimeout(resolve, 30))
    afterEpoch?.(index)
  }
  tracker.logMetrics({ accuracy: 0.9 })
  return (await tracker.stop(outcome))!
}

/** Warnings of the tracker while `work` runs. */
const warningsOf = async (work: () => Promise<unknown>): Promise<string> => {
  const warned: string[] = []
  const listen = (warning: Error): void => void warned.push(warning.message)
  process.on('warning', listen)
  await work()
  await new Promise(resolve => setTimeout(resolve, 10))
  process.off('warning', listen)
  return warned.join('\n')
}

const values = (rows: readonly Record<string, unknown>[], key: string): unknown[] =>
  rows.flatMap(row => (key in row ? [row[key]] : []))

const fileOf = (collection: string, path: string): string =>
  stub.state.blobs.get(stub.artifact(collection).files.get(path)!.storagePath)!.toString()

const expectedTotals = ({ energy, carbon }: RunRecord) => ({
  'energy/total_kwh': energy.total_kwh!.value,
  'energy/total_kwh_low': energy.total_kwh!.low,
  'energy/total_kwh_high': energy.total_kwh!.high,
  'carbon/total_gco2eq': carbon.operational_g!.value,
  'carbon/total_gco2eq_low': carbon.operational_g!.low,
  'carbon/total_gco2eq_high': carbon.operational_g!.high,
  'carbon/embodied_gco2eq': carbon.embodied_g!.value,
})

describe('a run of its own', () => {
  it('has epochs beside the loss, on the axis of epochs', async () => {
    const record = await train(online())
    const rows = stub.rows(record.id)
    expect(values(rows, 'epoch')).toEqual([0, 1, 2])
    expect(values(rows, 'loss')).toEqual([1, 1 / 2, 1 / 3])
    expect(values(rows, 'energy/epoch_mean_watts')).toHaveLength(3)
    const soFar = values(rows, 'energy/total_kwh') as number[]
    expect(soFar).toHaveLength(3)
    expect(soFar).toEqual([...soFar].sort((a, b) => a - b))
    const axes = (stub.run(record.id).config._wandb!.value as { m: Record<string, unknown>[] }).m
    const epoch = axes.findIndex(metric => metric[1] === 'epoch') + 1
    for (const name of ['energy/epoch_kwh', 'carbon/total_gco2eq', 'loss']) {
      expect(axes.find(metric => metric[1] === name)).toMatchObject({ 5: epoch })
    }
  })

  it('has totals with bounds in its summary, and no metric for what nobody knows', async () => {
    const record = await train(online())
    const { summary: text, displayName, exitCode, tags } = stub.run(record.id)
    const summary = JSON.parse(text) as Record<string, unknown>
    expect(summary).toMatchObject({ ...expectedTotals(record), accuracy: 0.9, loss: 1 / 3 })
    expect(summary['energy/epoch_mean_watts']).toEqual({ mean: expect.any(Number), max: expect.any(Number) })
    expect(record.energy.components.gpu.kwh).toBeUndefined()
    expect(summary).not.toHaveProperty('energy/gpu_kwh')
    expect({ displayName, exitCode, tags }).toEqual({
      displayName: record.name,
      exitCode: 0,
      tags: ['team:vision'],
    })
  })

  it('says in its config what the figures stand on, under one key', async () => {
    const record = await train(online())
    const { config } = stub.run(record.id)
    expect(Object.keys(config).sort()).toEqual(['_wandb', 'epochwatt', 'lr'])
    expect(config.epochwatt!.value).toMatchObject({
      version: record.software.epochwatt,
      grid: { zone: 'FR', gco2eq_per_kwh: record.grid.g_per_kwh.value, fallback: false },
      pue: record.pue.value,
      tier: record.energy.total_kwh!.tier,
      sensors: record.sensors.filter(({ state }) => state === 'used').map(({ id }) => id),
      data_version: record.methodology.data_version,
    })
  })

  it('has power over time among the system metrics, at the times at which it was drawn', async () => {
    const record = await train(online())
    const events = stub.run(record.id).events.map(line => JSON.parse(line) as Record<string, number>)
    expect(events).toHaveLength(record.power.t_s.length)
    expect(events.length).toBeGreaterThan(0)
    expect(values(events, 'system.epochwatt.powerWatts')).toEqual(record.power.mean_w)
    const began = Date.parse(record.started_at) / 1000
    for (const [i, seconds] of record.power.t_s.entries()) {
      expect(events[i]!._timestamp).toBeCloseTo(began + seconds, 2)
    }
  })

  it('has the report, the record and the figures as an artifact', async () => {
    const record = await train(online())
    const name = `energy-${record.id}`
    expect(stub.artifact(name)).toMatchObject({ type: 'energy-report', state: 'COMMITTED' })
    expect([...stub.artifact(name).files.keys()].sort()).toEqual([
      'epochs.table.json',
      'record.json',
      'report.html',
      'samples.csv',
    ])
    expect(JSON.parse(fileOf(name, 'record.json'))).toEqual(record)
    expect(fileOf(name, 'report.html')).toContain('<!doctype html>')
    expect(fileOf(name, 'samples.csv').trim().split('\n')).toHaveLength(record.power.t_s.length + 1)
    const table = JSON.parse(fileOf(name, 'epochs.table.json'))
    expect(table).toMatchObject({ _type: 'table', nrows: 3 })
    expect(table.columns).toEqual(expect.arrayContaining(['epoch', 'energy_kwh', 'tier', 'loss']))
    expect(table.data[1][table.columns.indexOf('energy_kwh')]).toBe(record.epochs[1]!.energy_kwh!.value)
  })

  it('ends with an exit code that says how the training ended', async () => {
    const record = await train(online(), { outcome: { status: 'failed', reason: 'diverged' } })
    expect(record.status).toBe('failed')
    expect(stub.run(record.id).exitCode).toBe(1)
  })

  it('is where the variables of W&B say, without any option', async () => {
    const { baseUrl, apiKey } = stubSettings(stub)
    const variables = {
      WANDB_BASE_URL: baseUrl,
      WANDB_API_KEY: apiKey,
      WANDB_PROJECT: 'by variable',
      WANDB_RUN_ID: 'given',
      WANDB_NAME: 'my name',
      WANDB_TAGS: 'a',
      WANDB_DIR: dir,
      WANDB_SILENT: 'true',
      WANDB_DISABLE_GIT: 'true',
    }
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
    const record = await train(wandb())
    const run = stub.run('given', 'by variable')
    expect(run).toMatchObject({ displayName: 'my name', tags: ['a', 'team:vision'], exitCode: 0 })
    expect(JSON.parse(run.summary)).toMatchObject(expectedTotals(record))
  })

  it('is in the project that is tracked, where none is given, under a name that W&B takes', async () => {
    const record = await train(online({ project: undefined }))
    expect(stub.run(record.id, '@tests-plugin').exitCode).toBe(0)
  })
})

describe('an offline run', () => {
  it('holds everything in its file, and opens no socket', async () => {
    const connect = vi.spyOn(net.Socket.prototype, 'connect')
    const fetched = vi.spyOn(globalThis, 'fetch')
    const folder = temporaryDirectory()
    const exporter = wandb({
      mode: 'offline',
      dir: folder.path,
      settings: { silent: true, disableGit: true },
    })
    const record = await train(exporter)
    expect(connect).not.toHaveBeenCalled()
    expect(fetched).not.toHaveBeenCalled()

    const path = `${folder.path}/wandb/latest-run`
    expect(logOf(path)).toContain(record.id)
    const rows = rowsOf(path)
    expect(values(rows, 'epoch')).toEqual([0, 1, 2])
    expect(values(rows, 'loss')).toEqual([1, 1 / 2, 1 / 3])
    expect(values(rows, 'energy/epoch_kwh')).toHaveLength(3)
    expect(summaryOf(path)).toMatchObject({ ...expectedTotals(record), accuracy: 0.9 })
    const bodies = bodiesOf(path)
    expect(bodies.filter(body => body.case === 'stats')).toHaveLength(record.power.t_s.length)
    const artifacts = bodies.flatMap(body => (body.case === 'artifact' ? [body.value] : []))
    expect(artifacts).toMatchObject([{ name: `energy-${record.id}`, type: 'energy-report' }])
    expect(bodies.find(body => body.case === 'exit')).toMatchObject({ value: { exitCode: 0 } })

    // And the file is good for what it is kept for.
    vi.restoreAllMocks()
    await sync(path, { settings: stubSettings(stub) })
    const uploaded = [...stub.state.runs.values()].find(({ name }) => name === record.id)!
    expect(JSON.parse(uploaded.summary)).toMatchObject(expectedTotals(record))
    expect(stub.artifact(`energy-${record.id}`).state).toBe('COMMITTED')
    folder.remove()
  })
})

describe('a run that somebody else keeps', () => {
  const start = (): Promise<Run> => init({ project: 'p', id: 'theirs', dir, settings: stubSettings(stub) })

  it('gets the figures, keeps its own loss and config, and is left open', async () => {
    const run = await start()
    run.config.update({ optimizer: 'adam' })
    const record = await train(wandb({ run }), {
      afterEpoch: index => run.log({ loss: 10 + index, epoch: index }),
    })
    expect(stub.run('theirs').exitCode).toBeUndefined()
    run.log({ afterwards: 1 })
    await run.finish(7)
    expect(stub.run('theirs').exitCode).toBe(7)
    const rows = stub.rows('theirs')
    expect(values(rows, 'loss')).toEqual([10, 11, 12])
    expect(values(rows, 'afterwards')).toEqual([1])
    expect(values(rows, 'energy/epoch_kwh')).toHaveLength(3)
    // In their rows, not beside them.
    expect(rows.slice(0, 3).every(row => 'loss' in row && 'energy/epoch_kwh' in row)).toBe(true)
    expect(JSON.parse(stub.run('theirs').summary)).toMatchObject(expectedTotals(record))
    const { config } = stub.run('theirs')
    expect(Object.keys(config).sort()).toEqual(['_wandb', 'epochwatt', 'optimizer'])
    expect(stub.artifact(`energy-${record.id}`).state).toBe('COMMITTED')
  })

  it('loses nothing that its owner logs by step, however late', async () => {
    const run = await start()
    await train(wandb({ run }), { afterEpoch: index => run.log({ loss: index }, { step: index }) })
    await run.finish()
    const rows = stub.rows('theirs')
    expect(values(rows, 'loss')).toEqual([0, 1, 2])
    expect(values(rows, 'energy/epoch_kwh')).toHaveLength(3)
  })

  it('has every epoch even if its owner logs nothing', async () => {
    const run = await start()
    const record = await train(wandb({ run, stepMetric: 'round' }))
    await run.finish()
    expect(values(stub.rows('theirs'), 'round')).toEqual([0, 1, 2])
    expect(JSON.parse(stub.run('theirs').summary)).toMatchObject(expectedTotals(record))
  })

  it('may be of any make that can log', async () => {
    const rows: Readonly<Record<string, unknown>>[] = []
    const config: object[] = []
    const summary: object[] = []
    const record = await train(
      wandb({
        run: {
          log: async row => void rows.push(row),
          config: { update: async more => void config.push(more) },
          summary: { update: async more => void summary.push(more) },
        },
      }),
    )
    expect(rows.map(row => row.epoch)).toEqual([0, 1, 2])
    expect(rows[0]).not.toHaveProperty('loss')
    expect(config).toMatchObject([{ epochwatt: { run_id: record.id } }])
    expect(summary).toMatchObject([expectedTotals(record)])
  })
})

describe('a server that is down', () => {
  it('lets the training go on, and the record is kept', async () => {
    let record: RunRecord | undefined
    await stub.close()
    const warned = await warningsOf(async () => {
      record = await train(online({ settings: { initTimeout: 0.2 } }))
    })
    expect(record).toMatchObject({ status: 'finished', epochs: [{}, {}, {}] })
    expect(record!.energy.total_kwh!.value).toBeGreaterThan(0)
    expect(warned).toMatch(/exporter wandb did not deliver 4 event\(s\): .+ECONNREFUSED/)
  })

  it('gets what it missed from the files, if it went down on the way', async () => {
    const folder = temporaryDirectory()
    const path = `${folder.path}/wandb/latest-run`
    let record: RunRecord | undefined
    const warned = await warningsOf(async () => {
      record = await train(online({ dir: folder.path, settings: { finishTimeout: 0.5 } }), {
        afterEpoch: index => {
          if (index === 0) void stub.close()
        },
      })
    })
    expect(warned).toContain('to upload the rest: npx wandb-sync')
    expect(values(rowsOf(path), 'loss')).toEqual([1, 1 / 2, 1 / 3])

    stub = await startStubBackend()
    await sync(path, { settings: stubSettings(stub) })
    expect(values(stub.rows(record!.id), 'loss')).toEqual([1, 1 / 2, 1 / 3])
    expect(JSON.parse(stub.run(record!.id).summary)).toMatchObject(expectedTotals(record!))
    folder.remove()
  })

  it('is found when it comes up later, and has one run then', async () => {
    stub.fail('UpsertBucket', { status: 403 })
    const record = await train(online(), { afterEpoch: () => busyFor(200) })
    expect([...stub.state.runs.values()].map(({ name }) => name)).toEqual([record.id])
    expect(values(stub.rows(record.id), 'epoch')).toEqual([0, 1, 2])
  })
})

describe('a run that is let go before its record came', () => {
  const { id, name, project, startedAt } = scriptedRun()
  const run = { id, name, project, startedAt, params: {}, tags: {} }

  it('is ended as failed', async () => {
    const exporter = online()
    await exporter.start!(run)
    await exporter.shutdown()
    expect(stub.run(id).exitCode).toBe(1)
  })

  it('is not left open by a server that answers too late', async () => {
    stub.fail('UpsertBucket', { delayMs: 100 })
    const exporter = online()
    const started = exporter.start!(run)
    await exporter.shutdown()
    await started
    expect(stub.run(id).exitCode).toBe(1)
  })
})

describe('as every exporter', () => {
  const suite = testExporter({
    create: () => online(),
    received: async () => [
      ...(values(stub.rows(scriptedRun().id), 'epoch') as number[]),
      ...stub.state.artifacts.filter(({ state }) => state === 'COMMITTED').map(() => 3),
    ],
  })
  for (const [rule, check] of suite) it(rule, check)
})
