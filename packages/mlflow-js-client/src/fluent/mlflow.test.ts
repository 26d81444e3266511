import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { connectToMlflow, uniqueName } from '../../test/connect.js'
import { describeWith } from '../../test/describe-with.js'
import { fluentOn } from '../../test/fluent.js'
import { scriptedServer } from '../../test/scripted-server.js'

const connected = await connectToMlflow()

describeWith('the fluent functions on a real server', connected, ({ client, recording, server }) => {
  const fluent = (options = {}) => fluentOn(server.url, { fetch: recording.fetch, ...options })

  it('log a run from start to end', async () => {
    const mlflow = fluent()
    const { experimentId } = await mlflow.setExperiment(uniqueName('fluent'))
    const run = await mlflow.startRun({ runName: 'first', description: '**what**', tags: { team: 'a' } })
    expect(mlflow.activeRun()).toBe(run)
    await mlflow.logParams({ lr: 0.1, depth: 3 })
    await mlflow.logParam('optimizer', 'adam')
    for (let step = 0; step < 3; step += 1) await mlflow.logMetric('loss', 1 / (step + 1), { step })
    await mlflow.logMetrics({ accuracy: 0.5, f1: 0.4 }, { step: 2 })
    await mlflow.setTag('note', 'x')
    await mlflow.setTags({ a: 1, b: true })
    await mlflow.endRun()
    expect(mlflow.activeRun()).toBeUndefined()

    const { info, data } = await client.runs.get(run.runId)
    expect(info).toMatchObject({
      experimentId,
      runName: 'first',
      status: 'FINISHED',
      endTime: expect.any(Number),
    })
    expect(data.params).toEqual({ lr: '0.1', depth: '3', optimizer: 'adam' })
    expect(data.metrics).toEqual({ loss: 1 / 3, accuracy: 0.5, f1: 0.4 })
    expect(data.tags).toMatchObject({
      team: 'a',
      note: 'x',
      a: '1',
      b: 'true',
      'mlflow.note.content': '**what**',
      'mlflow.source.type': 'LOCAL',
      'mlflow.source.name': expect.not.stringMatching(/^\//),
    })
    expect(data.tags).not.toHaveProperty('mlflow.user')
    const history = await mlflow.getMetricHistory(run.runId, 'loss').all()
    expect(history.map(({ step, value }) => [step, value])).toEqual([
      [0, 1],
      [1, 1 / 2],
      [2, 1 / 3],
    ])
    const found = await mlflow.searchRuns({ filter: "params.optimizer = 'adam'" }).all()
    expect(found.map(one => one.info.runId)).toEqual([run.runId])
  })

  it('store everything that is logged without waiting, in order and in few requests', async () => {
    const mlflow = fluent()
    await mlflow.setExperiment(uniqueName('fluent'))
    const { runId } = await mlflow.startRun()
    let requests = 0
    const counted = fluentOn(server.url, {
      fetch: (url, init) => {
        requests += 1
        return fetch(url, init)
      },
    })
    await counted.startRun({ runId })
    const before = requests
    for (let step = 0; step < 2000; step += 1) void counted.logMetric('m', step, { step })
    void counted.logParam('p', 1)
    await counted.flush()
    expect(requests - before).toBeLessThan(6)
    const points = await client.metrics.history(runId, 'm').all()
    expect(points.map(({ step }) => step)).toEqual(Array.from({ length: 2000 }, (_, step) => step))
    expect(counted.warnings).toEqual([])
    await mlflow.endRun()
  })

  it('start a run by themselves if none is active', async () => {
    const mlflow = fluent()
    const { experimentId } = await mlflow.setExperiment(uniqueName('fluent'))
    void mlflow.logMetric('a', 1)
    void mlflow.logParam('b', 2)
    await mlflow.flush()
    await mlflow.endRun()
    const runs = await mlflow.searchRuns({ experimentIds: [experimentId] }).all()
    expect(runs.map(({ data }) => [data.metrics, data.params])).toEqual([[{ a: 1 }, { b: '2' }]])
  })

  it('keep lines of work apart that go on at the same time', async () => {
    const mlflow = fluent()
    await mlflow.setExperiment(uniqueName('fluent'))
    const work = (name: string, value: number) =>
      mlflow.startRun({ runName: name }, async run => {
        await pause(Math.random() * 20)
        await mlflow.logMetric('m', value)
        await mlflow.startRun({ runName: `${name}-child`, nested: true }, async () => {
          await pause(Math.random() * 20)
          await mlflow.logMetric('m', value + 100)
        })
        await mlflow.logParam('name', name)
        return run.runId
      })
    const ids = await Promise.all(['a', 'b', 'c', 'd'].map((name, index) => work(name, index)))
    const runs = await mlflow.searchRuns().all()
    expect(runs).toHaveLength(8)
    for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) {
      const parent = runs.find(run => run.info.runName === name)
      const child = runs.find(run => run.info.runName === `${name}-child`)
      expect(parent?.info).toMatchObject({ runId: ids[index], status: 'FINISHED' })
      expect(parent?.data).toMatchObject({ metrics: { m: index }, params: { name } })
      expect(child?.data).toMatchObject({ metrics: { m: index + 100 }, params: {} })
      expect(child?.data.tags['mlflow.parentRunId']).toBe(ids[index])
    }
  })

  it('nest runs that are started one after the other, and refuse to do so unasked', async () => {
    const mlflow = fluent()
    await mlflow.setExperiment(uniqueName('fluent'))
    const outer = await mlflow.startRun()
    await expect(mlflow.startRun()).rejects.toThrow('nested: true')
    const inner = await mlflow.startRun({ nested: true })
    await mlflow.logMetric('inner', 1)
    await mlflow.endRun('KILLED')
    await mlflow.logMetric('outer', 1)
    await mlflow.endRun()
    const read = await client.runs.get(inner.runId)
    expect(read.info.status).toBe('KILLED')
    expect(read.data.tags['mlflow.parentRunId']).toBe(outer.runId)
    expect((await client.runs.get(outer.runId)).data.metrics).toEqual({ outer: 1 })
  })

  it('take a run that was ended by its own method for what it is', async () => {
    const mlflow = fluent()
    await mlflow.setExperiment(uniqueName('fluent'))
    const first = await mlflow.startRun()
    await first.end()
    expect(mlflow.activeRun()).toBeUndefined()
    const second = await mlflow.startRun()
    expect(mlflow.activeRun()).toBe(second)
    await mlflow.endRun()
    await mlflow.endRun()
    expect((await client.runs.get(second.runId)).info.status).toBe('FINISHED')
  })

  it('mark a run as failed whose function throws, and pass the error on', async () => {
    const mlflow = fluent()
    await mlflow.setExperiment(uniqueName('fluent'))
    const failing = mlflow.startRun({}, () => {
      void mlflow.logMetric('before', 1)
      throw new RangeError('diverged')
    })
    await expect(failing).rejects.toThrow(RangeError)
    const [run] = await mlflow.searchRuns().all()
    expect(run).toMatchObject({ info: { status: 'FAILED' }, data: { metrics: { before: 1 } } })
  })

  it('leave out a NaN with one warning, and do not fail over it', async () => {
    const mlflow = fluent()
    await mlflow.setExperiment(uniqueName('fluent'))
    const { runId } = await mlflow.startRun()
    for (let step = 0; step < 3; step += 1) await mlflow.logMetric('loss', Number.NaN, { step })
    await mlflow.logMetric('loss', 1, { step: 3 })
    await mlflow.endRun()
    expect(mlflow.warnings).toEqual([expect.stringContaining('NaN')])
    await expect(client.metrics.history(runId, 'loss').all()).resolves.toHaveLength(1)
  })

  it('tell of a failure that nobody waited for, and go on', async () => {
    const mlflow = fluent()
    await mlflow.setExperiment(uniqueName('fluent'))
    const { runId } = await mlflow.startRun()
    void mlflow.logMetric('bad(key)', 1)
    void mlflow.logMetric('good', 1)
    await expect(mlflow.flush()).rejects.toMatchObject({ errorCode: 'INVALID_PAYLOAD' })
    await expect(mlflow.flush()).resolves.toBeUndefined()
    expect(mlflow.warnings).toEqual([expect.stringContaining('letters, digits')])
    await mlflow.endRun()
    expect((await client.runs.get(runId)).data.metrics).toEqual({ good: 1 })
  })

  it('go on with the run of MLFLOW_RUN_ID, in the experiment of MLFLOW_EXPERIMENT_NAME, with MLFLOW_RUN_CONTEXT', async () => {
    const name = uniqueName('from env')
    const context = {
      MLFLOW_RUN_CONTEXT: '{"job":"7"}',
      MLFLOW_EXPERIMENT_NAME: name,
      MLFLOW_TRACKING_USERNAME: 'ann',
    }
    const first = await fluent({ environment: context }).startRun({}, run => run.info)
    const experiment = await client.experiments.getByName(name)
    expect(first.experimentId).toBe(experiment?.experimentId)
    expect((await client.runs.get(first.runId)).data.tags).toMatchObject({ job: '7', 'mlflow.user': 'ann' })
    const resuming = fluent({ environment: { MLFLOW_RUN_ID: first.runId } })
    const second = await resuming.startRun({}, run => run.logMetric('m', 1).then(() => run))
    expect(second.runId).toBe(first.runId)
    expect(second.info.status).toBe('RUNNING')
    const third = await resuming.startRun({}, run => run)
    expect(third.runId).not.toBe(first.runId)
    expect(await client.runs.get(first.runId)).toMatchObject({
      info: { status: 'FINISHED' },
      data: { metrics: { m: 1 } },
    })
  })

  it('refuse what is deleted or contradictory, and say what to do', async () => {
    const name = uniqueName('deleted')
    const experimentId = await client.experiments.create({ name })
    const { info } = await client.runs.create({ experimentId })
    await client.runs.delete(info.runId)
    await expect(fluent().startRun({ runId: info.runId })).rejects.toThrow(`runs.restore('${info.runId}')`)
    await client.experiments.delete(experimentId)
    await expect(fluent().setExperiment(name)).rejects.toThrow(`experiments.restore('${experimentId}')`)
    const environment = { MLFLOW_EXPERIMENT_NAME: uniqueName('other'), MLFLOW_EXPERIMENT_ID: '0' }
    await expect(fluent({ environment }).startRun()).rejects.toThrow('MLFLOW_EXPERIMENT_ID is "0"')
    await expect(fluent({ environment: { MLFLOW_RUN_CONTEXT: '[1]' } }).startRun()).rejects.toThrow(
      'a JSON object',
    )
  })
})

describe('the fluent functions without a server', () => {
  it('never end the process over a call that nobody waits for', async () => {
    const mlflow = fluentOn('http://127.0.0.1:9', { retry: { maxRetries: 0 } })
    void mlflow.logMetric('m', 1)
    await expect(mlflow.logMetric('m', 2)).rejects.toMatchObject({ errorCode: 'NETWORK_ERROR' })
    expect(mlflow.warnings).toHaveLength(1)
  })

  it('give the result of a function back, though its run could not be ended', async () => {
    const run = { info: { run_id: 'd'.repeat(32), experiment_id: '0' } }
    const server = await scriptedServer(({ url }) =>
      url.endsWith('/runs/update') ? { status: 500 } : { body: JSON.stringify({ run }) },
    )
    const mlflow = fluentOn(server.url)
    await expect(mlflow.startRun({}, () => 'trained')).resolves.toBe('trained')
    expect(mlflow.warnings).toEqual([expect.stringContaining('A run was not ended')])
  })

  it('say at once that a tracking URI is wrong', () => {
    const mlflow = fluentOn('http://127.0.0.1:9')
    expect(() => mlflow.setTrackingUri('file:///tmp/x')).toThrow('not usable')
    mlflow.setTrackingUri('http://127.0.0.1:10/')
    expect(mlflow.getTrackingUri()).toBe('http://127.0.0.1:10')
  })

  it('can start a run after the first attempt failed', async () => {
    const run = { info: { run_id: 'c'.repeat(32), experiment_id: '0' } }
    const server = await scriptedServer((_, before) =>
      before === 0 ? { status: 401 } : { body: JSON.stringify({ run }) },
    )
    const mlflow = fluentOn(server.url)
    await expect(mlflow.startRun()).rejects.toMatchObject({ errorCode: 'UNAUTHENTICATED' })
    await expect(mlflow.startRun()).resolves.toMatchObject({ runId: 'c'.repeat(32) })
  })
})
