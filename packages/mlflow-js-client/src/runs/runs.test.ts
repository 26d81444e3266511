import { expect, it } from 'vitest'
import { type Connected, connectToMlflow } from '../../test/connect.js'
import { describeWith, type Skipped } from '../../test/describe-with.js'
import { MlflowBatchError } from '../batch/rejection.js'
import { MlflowError } from '../errors/mlflow-error.js'

const backends = ['current', 'postgres', 'legacy', 'embedded', 'fake'] as const
// All at once: a server takes seconds to start.
const connections = await Promise.all(backends.map(backend => connectToMlflow(backend)))

for (const [index, backend] of backends.entries()) {
  describeWith(`runs (${backend})`, connections[index] as Connected | Skipped, mlflow => {
    const { client, connect, newExperiment, newRun, server } = mlflow
    const { runs, metrics } = client

    it('are read back as they were written', async () => {
      const experimentId = await newExperiment()
      const startTime = Date.now() - 5000
      const { info } = await runs.create({
        experimentId,
        runName: 'ünï',
        startTime,
        tags: { list: [1, 2], no: undefined },
      })
      expect(info).toMatchObject({
        experimentId,
        runName: 'ünï',
        status: 'RUNNING',
        startTime,
        lifecycleStage: 'active',
      })

      const date = new Date(0)
      await runs.logBatch(info.runId, {
        metrics: [
          { key: 'loss/train', value: 0.1 + 0.2, step: -1, timestamp: 1_700_000_000_000 },
          { key: 'loss/train', value: 5e-324, step: Number.MAX_SAFE_INTEGER, timestamp: 1_700_000_000_001 },
        ],
        params: {
          lr: 0.001,
          layers: [64, 10],
          on: true,
          none: null,
          big: 2n ** 64n,
          empty: '',
          date,
          text: '日本',
        },
        tags: { 'mlflow.note.content': '**bold**' },
      })
      await runs.end(info.runId, 'FAILED', startTime + 1000)

      const run = await runs.get(info.runId)
      expect(run.info).toMatchObject({ status: 'FAILED', endTime: startTime + 1000 })
      expect(run.data.params).toEqual({
        lr: '0.001',
        layers: '[64,10]',
        on: 'true',
        none: 'null',
        big: '18446744073709551616',
        empty: '',
        date: '1970-01-01T00:00:00.000Z',
        text: '日本',
      })
      expect(run.data.tags).toMatchObject({
        list: '[1,2]',
        'mlflow.note.content': '**bold**',
        'mlflow.runName': 'ünï',
      })
      expect(run.data.tags).not.toHaveProperty('no')
      expect(run.data.metrics).toEqual({ 'loss/train': 5e-324 })
      const points = await metrics.history(info.runId, 'loss/train').all()
      expect(points.map(({ value, step, timestamp }) => ({ value, step, timestamp }))).toEqual([
        { value: 0.1 + 0.2, step: -1, timestamp: 1_700_000_000_000 },
        { value: 5e-324, step: Number.MAX_SAFE_INTEGER, timestamp: 1_700_000_000_001 },
      ])
    })

    // Python has no address to ask a stand-in in this process at.
    it.skipIf(backend === 'fake')('look to the Python client as its own do', async () => {
      const experimentId = await newExperiment()
      const { info } = await runs.create({ experimentId, runName: 'seen' })
      const points = Array.from({ length: 50 }, (_, step) => ({
        key: 'm',
        value: step / 3,
        step,
        timestamp: 1000 + step,
      }))
      await runs.logBatch(info.runId, { metrics: points, params: { p: 'v' }, tags: { t: 'w' } })
      await runs.end(info.runId)
      const script = `
import json, sys
from mlflow import MlflowClient
client = MlflowClient()
run = client.get_run(sys.argv[1])
print(json.dumps({
  "name": run.info.run_name, "status": run.info.status, "params": run.data.params, "tag": run.data.tags["t"],
  "history": [{"key": m.key, "value": m.value, "step": m.step, "timestamp": m.timestamp} for m in client.get_metric_history(sys.argv[1], "m")],
}))`
      await expect(server.python(script, info.runId)).resolves.toEqual({
        name: 'seen',
        status: 'FINISHED',
        params: { p: 'v' },
        tag: 'w',
        history: points,
      })
    })

    it('take thousands of points, params and tags at once', async () => {
      const runId = await newRun()
      const points = Array.from({ length: 2500 }, (_, step) => ({
        key: `m${step % 3}`,
        value: Math.sin(step),
        step,
        timestamp: step,
      }))
      const pairs = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`k${index}`, index]))
      await runs.logBatch(runId, { metrics: points, params: pairs, tags: pairs })
      const { data } = await runs.get(runId)
      expect(Object.keys(data.params)).toHaveLength(250)
      expect(data.tags.k249).toBe('249')
      const read = await Promise.all([0, 1, 2].map(key => metrics.history(runId, `m${key}`).all()))
      expect(
        read
          .flat()
          .map(({ value, step }) => [step, value])
          .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0)),
      ).toEqual(points.map(({ value, step }) => [step, value]))
    })

    // What happens without the validation is shown first: each of these is answered with 200. The database in the same
    // process has none of MLflow's own answers.
    it.skipIf(backend === 'embedded').each([
      ['a fraction as step', { key: 'm', value: 1, timestamp: 5, step: 0.5 }],
      ['a fraction as time', { key: 'm', value: 1, timestamp: 1.5, step: 1 }],
    ])('lose %s in silence, which is why it is refused here', async (_, point) => {
      const runId = await newRun()
      const body = JSON.stringify({
        run_id: runId,
        metrics: [point, { key: 'after', value: 1, timestamp: 5, step: 1 }],
      })
      const headers = { 'content-type': 'application/json' }
      const raw = await fetch(`${server.url}/api/2.0/mlflow/runs/log-batch`, {
        method: 'POST',
        headers,
        body,
      })
      expect(raw.status).toBe(200)
      const { data } = await runs.get(runId)
      expect(data.latestMetrics).not.toContainEqual(expect.objectContaining(point))
      expect(data.metrics).not.toHaveProperty('after')

      const error: unknown = await runs
        .logBatch(runId, { metrics: [point, { key: 'good', value: 2 }] })
        .catch(e => e)
      expect(error).toBeInstanceOf(MlflowBatchError)
      expect((error as MlflowBatchError).rejected).toMatchObject([
        { kind: 'metric', key: 'm', error: { errorCode: 'INVALID_PAYLOAD' } },
      ])
      expect((await runs.get(runId)).data.metrics.good).toBe(2)
    })

    it.each([
      ['NaN', { nonFinite: 'error' }, 'INVALID_PAYLOAD'],
      ['NaN', { nonFinite: 'drop' }, undefined],
    ] as const)('treat %s as %o says', async (_, options, code) => {
      const warnings: string[] = []
      const runId = await newRun()
      const logged = connect({ ...options, onWarning: text => warnings.push(text) }).runs.logMetric(
        runId,
        'm',
        Number.NaN,
      )
      if (code) await expect(logged).rejects.toMatchObject({ errorCode: code })
      else {
        await logged
        expect(warnings).toEqual([expect.stringContaining('"m"')])
      }
      await expect(metrics.history(runId, 'm').all()).resolves.toEqual([])
    })

    it('keep a NaN that is sent on purpose', async () => {
      const runId = await newRun()
      const sending = connect({ nonFinite: 'send' })
      await sending.runs.logMetric(runId, 'm', Number.NaN, { step: 3, timestamp: 7 })
      const expected = { key: 'm', value: Number.NaN, step: 3, timestamp: 7 }
      await expect(metrics.history(runId, 'm').all()).resolves.toMatchObject([expected])
      await expect(metrics.historyOfRuns([runId], 'm')).resolves.toMatchObject([{ ...expected, runId }])
      await expect(metrics.sampledHistory([runId], 'm')).resolves.toMatchObject([{ ...expected, runId }])
    })

    it('refuse another value for a param, and store all else', async () => {
      const runId = await newRun()
      await runs.logParam(runId, 'lr', 1)
      await runs.logParam(runId, 'lr', 1)
      await expect(runs.logParam(runId, 'lr', 2)).rejects.toMatchObject({ status: 400 })
      const params = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`p${index}`, index]))
      const error: unknown = await runs
        .logBatch(runId, { params: { ...params, lr: 3 }, metrics: [{ key: 'm', value: 1 }], tags: { t: 1 } })
        .catch(e => e)
      expect((error as MlflowBatchError).rejected.map(({ kind, key }) => ({ kind, key }))).toEqual([
        { kind: 'param', key: 'lr' },
      ])
      const { data } = await runs.get(runId)
      expect(data.params).toEqual({
        ...Object.fromEntries(Object.entries(params).map(([k, v]) => [k, String(v)])),
        lr: '1',
      })
      expect(data.metrics).toEqual({ m: 1 })
      expect(data.tags.t).toBe('1')
    })

    it('refuse or cut what the server would cut without a word', async () => {
      const runId = await newRun()
      const long = '😀'.repeat(6001)
      await expect(runs.logParam(runId, 'long', long)).rejects.toMatchObject({ errorCode: 'INVALID_PAYLOAD' })
      const warnings: string[] = []
      const cutting = connect({ longValues: 'truncate', onWarning: text => warnings.push(text) })
      await cutting.runs.logParam(runId, 'long', long)
      expect((await runs.get(runId)).data.params.long).toBe('😀'.repeat(6000))
      expect(warnings).toEqual([expect.stringContaining('6000')])
    })

    it('that are deleted refuse everything at once, until they are restored', async () => {
      const runId = await newRun()
      await runs.delete(runId)
      await expect(runs.logMetric(runId, 'm', 1)).rejects.toMatchObject({ status: 400 })
      await expect(runs.logMetric(runId, 'm', 1)).rejects.toThrow('restore')
      await runs.restore(runId)
      await runs.logMetric(runId, 'm', 1)
    })

    it('that do not exist are an error with a code', async () => {
      await expect(runs.get('0'.repeat(32))).rejects.toMatchObject({
        errorCode: 'RESOURCE_DOES_NOT_EXIST',
        status: 404,
      })
      await expect(runs.get('../etc')).rejects.toMatchObject({
        errorCode: 'INVALID_PAYLOAD',
        status: undefined,
      })
    })

    it('are found page by page, filtered and ordered', async () => {
      const experimentId = await newExperiment()
      for (let index = 0; index < 5; index += 1) {
        const { info } = await runs.create({ experimentId, runName: `run ${index}` })
        await runs.logMetric(info.runId, 'loss/val', index)
      }
      const query = {
        experimentIds: [experimentId],
        filter: 'metrics.`loss/val` > 0',
        orderBy: ['metrics.`loss/val` DESC'],
      }
      const names: string[] = []
      for await (const run of runs.search(query)) names.push(run.info.runName)
      expect(names).toEqual(['run 4', 'run 3', 'run 2', 'run 1'])
      const two = await runs.search({ ...query, maxResults: 2 }).all()
      expect(two.map(run => run.data.metrics['loss/val'])).toEqual([4, 3])
    })

    it('know their datasets', async () => {
      const runId = await newRun()
      const dataset = {
        name: 'mnist',
        digest: 'd1',
        sourceType: 'http',
        source: '{"uri":"x"}',
        profile: '{"num_rows":1}',
      }
      await runs.logInputs(runId, { datasets: [{ dataset, context: 'training', tags: { fold: '1' } }] })
      expect((await runs.get(runId)).inputs.datasets).toEqual([
        { dataset, context: 'training', tags: { fold: '1' } },
      ])
      const bad = { dataset: { ...dataset, digest: 'd'.repeat(37) } }
      await expect(runs.logInputs(runId, { datasets: [bad] })).rejects.toMatchObject({
        errorCode: 'INVALID_PAYLOAD',
      })
    })

    it('cannot be ended with a status that the server would ignore', async () => {
      const runId = await newRun()
      await expect(runs.end(runId, 'DONE' as never)).rejects.toBeInstanceOf(MlflowError)
      expect((await runs.get(runId)).info.status).toBe('RUNNING')
    })
  })
}
