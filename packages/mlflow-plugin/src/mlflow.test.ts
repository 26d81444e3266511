// On a real MLflow server: what is sent is read back.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunRecord, startTracking } from '@epochwatt/core'
import { testExporter } from '@epochwatt/core/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { connectToMlflow, uniqueName } from '../../mlflow-js-client/test/connect.js'
import { mlflow } from './mlflow.js'

const connected = await connectToMlflow()
const reason = 'skipped' in connected ? connected.skipped : undefined
const dir = mkdtempSync(join(tmpdir(), 'epochwatt-mlflow-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** `connected` where the suite is not skipped. */
const server = () => {
  if ('skipped' in connected) throw new Error(connected.skipped)
  return connected
}

const busyFor = (ms: number): void => {
  const end = performance.now() + ms
  while (performance.now() < end);
}

const train = async (options: Parameters<typeof mlflow>[0]): Promise<RunRecord> => {
  const tracker = startTracking({
    dir,
    country: 'FR',
    project: 'plugin tests',
    // Several readings of a short run, since there is no chart of one.
    samplingIntervalMs: 50,
    params: { lr: 0.1 },
    exporters: [mlflow({ trackingUri: server().server.url, ...options })],
  })
  for (let index = 0; index < 3; index++) {
    const epoch = tracker.window('epoch', { index })
    busyFor(200)
    epoch.end()
    epoch.logMetrics({ loss: 1 / (index + 1) })
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  return (await tracker.stop())!
}

const valuesOf = async (runId: string, key: string): Promise<readonly [step: number, value: number][]> => {
  const points: [number, number][] = []
  for await (const { step, value } of server().client.metrics.history(runId, key)) points.push([step, value])
  return points.sort((a, b) => a[0] - b[0])
}

const onlyRunOf = async (experiment: string) => {
  const { client } = server()
  const { experimentId } = (await client.experiments.getByName(experiment))!
  const runs = await client.runs.search({ experimentIds: [experimentId] }).all()
  expect(runs).toHaveLength(1)
  return runs[0]!
}

describe.skipIf(reason)(`the MLflow exporter${reason ? ` (${reason})` : ''}`, () => {
  it('makes a run of its own with params, epochs beside the loss, totals, artifacts and a note', async () => {
    const experiment = uniqueName('energy')
    const record = await train({ experiment })
    const { client } = server()
    const { info, data } = await onlyRunOf(experiment)
    expect(info).toMatchObject({
      status: 'FINISHED',
      runName: record.name,
      startTime: Date.parse(record.started_at),
    })
    expect(data.params).toMatchObject({
      lr: '0.1',
      energy_grid_zone: 'FR',
      energy_tier: record.energy.total_kwh!.tier,
    })
    expect(data.tags['epochwatt.run_id']).toBe(record.id)
    expect(data.tags['mlflow.source.type']).toBe('LOCAL')
    expect(data.tags['mlflow.source.name']).toBe(record.software.script ?? record.name)
    expect(data.tags['mlflow.source.git.commit']).toBe(record.software.git_commit)

    expect(await valuesOf(info.runId, 'loss')).toEqual([
      [0, 1],
      [1, 1 / 2],
      [2, 1 / 3],
    ])
    const epochs = await valuesOf(info.runId, 'energy/epoch_kwh')
    expect(epochs.map(([step]) => step)).toEqual([0, 1, 2])
    const totals = await valuesOf(info.runId, 'energy/total_kwh')
    expect(totals.at(-1)).toEqual([3, record.energy.total_kwh!.value])
    expect(totals.map(([, value]) => value)).toEqual(totals.map(([, value]) => value).sort((a, b) => a - b))
    const latest = data.metrics
    expect(latest['carbon/total_gco2eq']).toBe(record.carbon.operational_g!.value)
    expect(latest['carbon/embodied_gco2eq']).toBe(record.carbon.embodied_g!.value)
    // Nobody measured a GPU here: no metric, rather than a 0.
    expect(latest).not.toHaveProperty('energy/gpu_kwh')
    expect(latest).not.toHaveProperty('system/gpu_0_power_usage_watts')
    expect(latest['system/energy_total_kwh']).toBe(record.energy.total_kwh!.value)
    expect(latest['system/grid_carbon_intensity_gco2eq_per_kwh']).toBe(record.grid.g_per_kwh.value)

    expect(JSON.parse(await client.artifacts.downloadText(info.runId, 'energy/record.json'))).toEqual(record)
    expect(await client.artifacts.downloadText(info.runId, 'energy/report.html')).toContain('<!doctype html>')
    expect(await client.artifacts.downloadText(info.runId, 'energy/power.svg')).toMatch(/^<svg xmlns=/)
    const table = JSON.parse(await client.artifacts.downloadText(info.runId, 'energy/epochs.json'))
    expect(table.data).toHaveLength(3)
    expect(data.tags['mlflow.loggedArtifacts']).toContain('energy/epochs.json')
    expect(data.tags['mlflow.note.content']).toMatch(/^<!-- epochwatt -->\nEnergy \*\*/)
  })

  it('joins a run that exists, leaves its owner to end it and to log the loss, and keeps its description', async () => {
    const { client, newExperiment } = server()
    const { info } = await client.runs.create({ experimentId: await newExperiment() })
    await client.runs.setTag(info.runId, 'mlflow.note.content', 'My own words.')
    const first = await train({ runId: info.runId })
    const second = await train({ runId: info.runId })
    const run = await client.runs.get(info.runId)
    expect(run.info.status).toBe('RUNNING')
    expect(run.data.params).toEqual({})
    expect(run.data.metrics).not.toHaveProperty('loss')
    expect(Object.keys(run.data.metrics)).toContain('energy/total_kwh')
    expect(run.data.tags['epochwatt.run_id']).toBe(second.id)
    const note = run.data.tags['mlflow.note.content']!
    expect(note).toMatch(/^My own words\.\n\n<!-- epochwatt -->/)
    expect(note.match(/<!-- epochwatt -->/g)).toHaveLength(1)
    expect(first.id).not.toBe(second.id)
  })

  it('links the data and the model that the params name', async () => {
    const { client, newExperiment } = server()
    const { modelId } = await client.loggedModels.create({
      experimentId: await newExperiment(),
      name: 'digits',
    })
    const experiment = uniqueName('inputs')
    const tracker = startTracking({
      dir,
      country: 'FR',
      params: { dataset: 'digits', dataset_source: 's3://bucket/digits.csv', samples: 1797 },
      exporters: [mlflow({ trackingUri: server().server.url, experiment })],
    })
    tracker.setParams({ mlflow_model_id: modelId })
    await tracker.stop()
    const { info } = await onlyRunOf(experiment)
    const { inputs } = await client.runs.get(info.runId)
    expect(inputs.datasets).toMatchObject([
      {
        context: 'training',
        dataset: { name: 'digits', sourceType: 's3', profile: '{"num_rows":1797}' },
      },
    ])
    expect(inputs.modelIds).toEqual([modelId])
  })

  it('marks a failed run as failed', async () => {
    const experiment = uniqueName('failure')
    const exporter = mlflow({ trackingUri: server().server.url, experiment })
    const tracker = startTracking({ dir, country: 'FR', exporters: [exporter] })
    await tracker.stop({ status: 'failed', reason: 'diverged' })
    expect((await onlyRunOf(experiment)).info.status).toBe('FAILED')
  })

  it('lets the training go on, and keeps the record, when nobody listens', async () => {
    const started = Date.now()
    const tracker = startTracking({
      dir,
      country: 'FR',
      exporters: [mlflow({ trackingUri: 'http://127.0.0.1:1', retry: { maxRetries: 0 } })],
    })
    const warned: string[] = []
    const listen = (warning: Error): void => void warned.push(warning.message)
    process.on('warning', listen)
    const record = await tracker.stop()
    await new Promise(resolve => setTimeout(resolve, 10))
    process.off('warning', listen)
    expect(record?.status).toBe('finished')
    expect(warned.join()).toContain('exporter mlflow did not deliver 2 event(s)')
    expect(Date.now() - started).toBeLessThan(60_000)
  })

  describe('as every exporter', () => {
    let runId = ''
    const suite = testExporter({
      create: async () => {
        runId = await server().newRun()
        return mlflow({ trackingUri: server().server.url, runId })
      },
      received: async () => {
        // Each event leaves a trace of its own: an epoch its total, the record its tag.
        const { tags } = (await server().client.runs.get(runId)).data
        const epochs = (await valuesOf(runId, 'energy/epoch_kwh')).map(([step]) => step)
        const record = tags['epochwatt.run_id'] ? [3] : []
        // The second event has no figures at all, and nothing is what must arrive of it.
        return [...epochs, 2, ...record]
      },
    })
    for (const [rule, check] of suite) it(rule, check)
  })
})

describe('the MLflow exporter, before anything is sent', () => {
  it('leaves no secret in what is noted beside the journal', () => {
    const options = { trackingUri: 'http://canary-user:canary-pass@127.0.0.1:1', token: 'canary-token' }
    const { origin, portable } = mlflow({ ...options, experiment: 'e' })
    expect(origin).toEqual({
      package: '@epochwatt/mlflow-plugin',
      destination: { trackingUri: 'http://127.0.0.1:1', experiment: 'e' },
    })
    expect(portable?.options).toMatchObject(options)
  })

  it('refuses options that cannot be', () => {
    expect(() => mlflow({ experiment: ' ' })).toThrow(
      'Option "experiment" is " "; accepted: a non-empty text.',
    )
    expect(() => mlflow({ runId: '' })).toThrow('Option "runId" is ""; accepted: a non-empty text.')
  })
})
