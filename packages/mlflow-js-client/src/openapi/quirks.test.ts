// What servers do that no document says, seen on real ones; the fake has to do the same, or unit tests would prove nothing.
import { expect, it } from 'vitest'
import { type Connected, connectToMlflow, uniqueName } from '../../test/connect.js'
import { describeWith, type Skipped } from '../../test/describe-with.js'

const backends = ['current', 'legacy', 'fake'] as const
const connections = await Promise.all(backends.map(backend => connectToMlflow(backend)))

for (const [index, backend] of backends.entries()) {
  describeWith(
    `a server (${backend})`,
    connections[index] as Connected | Skipped,
    ({ client, newRun, server }) => {
      const json = { 'content-type': 'application/json' }
      const post = (route: string, body: string, headers: Record<string, string> = json) =>
        fetch(`${server.url}/api/2.0/mlflow/${route}`, { method: 'POST', headers, body })
      const logBatch = (body: object) => post('runs/log-batch', JSON.stringify(body))
      const point = { key: 'm', value: 1, timestamp: 5, step: 1 }

      it('keeps a metric as 0 at the time 0 whose value is a bare NaN, drops all that follows, and answers 200', async () => {
        const runId = await newRun()
        const body = `{"run_id": "${runId}", "metrics": [
        {"key": "a1", "value": 7, "timestamp": 5, "step": 1},
        {"key": "a2", "value": NaN, "timestamp": 5, "step": 1},
        {"key": "a3", "value": 7, "timestamp": 5, "step": 1}], "params": [{"key": "p", "value": "v"}]}`
        expect((await post('runs/log-batch', body)).status).toBe(200)
        const { data } = await client.runs.get(runId)
        expect(data.metrics).toEqual({ a1: 7, a2: 0 })
        expect(data.params).toEqual({})
        expect(await client.metrics.history(runId, 'a2').all()).toMatchObject([
          { value: 0, timestamp: 0, step: 0 },
        ])
      })

      it('keeps an empty text of a param whose value is a number, and answers 200', async () => {
        const runId = await newRun()
        expect((await logBatch({ run_id: runId, params: [{ key: 'p', value: 3 }] })).status).toBe(200)
        expect((await client.runs.get(runId)).data.params).toEqual({ p: '' })
      })

      it('refuses a null where a number is due, with all of the batch', async () => {
        const runId = await newRun()
        const response = await logBatch({
          run_id: runId,
          metrics: [point, { ...point, key: 'n', value: null }],
        })
        expect(response.status).toBe(400)
        expect((await client.runs.get(runId)).data.metrics).toEqual({})
      })

      it('takes numbers as text, and makes the largest number of an infinity', async () => {
        const runId = await newRun()
        const metrics = [
          { key: 'text', value: '1.5', timestamp: '5', step: '2' },
          { key: 'inf', value: '-Infinity', timestamp: 5, step: 1 },
        ]
        expect((await logBatch({ run_id: runId, metrics })).status).toBe(200)
        expect((await client.runs.get(runId)).data.metrics).toEqual({ text: 1.5, inf: -Number.MAX_VALUE })
      })

      it('cuts long values of params without a word', async () => {
        const runId = await newRun()
        const params = [{ key: 'p', value: 'x'.repeat(6001) }]
        expect((await logBatch({ run_id: runId, params })).status).toBe(200)
        expect((await client.runs.get(runId)).data.params.p).toHaveLength(6000)
      })

      it.each([
        ['1001 metrics', { metrics: Array.from({ length: 1001 }, (_, step) => ({ ...point, step })) }],
        ['101 params', { params: Array.from({ length: 101 }, (_, i) => ({ key: `p${i}`, value: '' })) }],
        ['101 tags', { tags: Array.from({ length: 101 }, (_, i) => ({ key: `t${i}`, value: '' })) }],
        ['one param twice', { params: [0, 1].map(i => ({ key: 'p', value: String(i) })) }],
        ['a key with brackets', { metrics: [{ ...point, key: 'm(x)' }] }],
        ['a key that is no path', { metrics: [{ ...point, key: 'a//b' }] }],
      ])('refuses %s', async (_, batch) => {
        const response = await logBatch({ run_id: await newRun(), ...batch })
        expect(response.status).toBe(400)
        expect(await response.json()).toMatchObject({ error_code: 'INVALID_PARAMETER_VALUE' })
      })

      it('ignores a status that it does not know, and answers 200', async () => {
        const runId = await newRun()
        const body = JSON.stringify({ run_id: runId, status: 'DONE', end_time: 9 })
        expect((await post('runs/update', body)).status).toBe(200)
        expect((await client.runs.get(runId)).info).toMatchObject({ status: 'RUNNING', endTime: 9 })
      })

      it('lets a run begin in 1970 that says nothing else', async () => {
        const experimentId = await client.experiments.create({ name: uniqueName('quirk') })
        const response = await post('runs/create', JSON.stringify({ experiment_id: experimentId }))
        const { run } = (await response.json()) as { run: { info: { run_id: string } } }
        expect((await client.runs.get(run.info.run_id)).info.startTime).toBe(0)
      })

      it('wants to be told that JSON is JSON', async () => {
        const body = JSON.stringify({ run_id: await newRun(), metrics: [point] })
        expect((await post('runs/log-batch', body, { 'content-type': 'text/plain' })).status).toBe(400)
      })

      it('answers a route that it does not know with a page', async () => {
        const response = await fetch(
          `${server.url}/api/2.0/mlflow/metrics/get-history-bulk?run_id=a&metric_key=m`,
        )
        expect(response.status).toBe(404)
        expect(response.headers.get('content-type')).toContain('text/html')
      })

      it('finds deleted experiments by name', async () => {
        const name = uniqueName('quirk')
        const experimentId = await client.experiments.create({ name })
        await client.experiments.delete(experimentId)
        const route = `experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`
        const response = await fetch(`${server.url}/api/2.0/mlflow/${route}`)
        expect(await response.json()).toMatchObject({ experiment: { lifecycle_stage: 'deleted' } })
      })
    },
  )
}
