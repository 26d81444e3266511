// Against a server that speaks W&B's protocol: what is sent is read back.
import { scriptedRun, testExporter } from '@epochwatt/core/testing'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { stubSettings } from '../../wandb-node-sdk-shim/src/testing/fixture.js'
import { type StubBackend, startStubBackend } from '../../wandb-node-sdk-shim/src/testing/stub-backend.js'
import type { WandbExporterOptions } from './options.js'
import {
  clearWandbVariables,
  directory,
  expectedTotals,
  exporterTo,
  train,
  values,
} from './testing/training.js'
import { wandb } from './wandb.js'

afterAll(directory.remove)
const dir = directory.path

let stub: StubBackend
beforeEach(async () => {
  clearWandbVariables()
  stub = await startStubBackend()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  expect(stub.problems).toEqual([])
  await stub.close()
})

const online = (options: WandbExporterOptions = {}) => exporterTo(stub, options)

const fileOf = (collection: string, path: string): string =>
  stub.state.blobs.get(stub.artifact(collection).files.get(path)!.storagePath)!.toString()

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
    expect(events).toHaveLength(1)
    const [event] = events
    expect(event!['system.epochwatt.powerWatts']).toBeGreaterThan(0)
    expect(event!['system.epochwatt.energyKwh']).toBe(record.energy.total_kwh!.value)
    expect(event!._timestamp).toBeCloseTo(Date.parse(record.ended_at) / 1000, 2)
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
