import { describe, expect, it } from 'vitest'
import { clientOf } from '../../test/client-of.js'
import { connectToMlflow } from '../../test/connect.js'
import { describeWith } from '../../test/describe-with.js'
import { scriptedServer } from '../../test/scripted-server.js'

const runId = 'a'.repeat(32)
const point = (step: number) => ({ key: 'm', value: step, timestamp: 1, step })

describe('the history of a metric', () => {
  it('is fetched page by page, as far as the loop goes', async () => {
    const pages = [
      { metrics: [point(1), point(2)], next_page_token: 'b' },
      { metrics: [point(3)], next_page_token: 'c' },
      { metrics: [point(4)] },
    ]
    const server = await scriptedServer((_, before) => ({ body: JSON.stringify(pages[before % 3]) }))
    const history = clientOf(server.url).metrics.history(runId, 'm')
    await expect(history.all()).resolves.toHaveLength(4)
    expect(server.exchanges.map(({ url }) => new URLSearchParams(url.split('?')[1]))).toSatisfy(
      (queries: URLSearchParams[]) =>
        queries.every(query => query.get('max_results') === '25000') &&
        queries.map(query => query.get('page_token')).join() === ',b,c',
    )
    for await (const first of history) {
      expect(first.step).toBe(1)
      break
    }
    expect(server.exchanges).toHaveLength(4)
  })

  it('does not loop for ever over a token that leads nowhere', async () => {
    const server = await scriptedServer(() => ({ body: '{"next_page_token":"same"}' }))
    await expect(clientOf(server.url).metrics.history(runId, 'm').all()).rejects.toMatchObject({
      errorCode: 'INVALID_RESPONSE',
    })
    expect(server.exchanges).toHaveLength(2)
  })
})

describe('the histories of many runs', () => {
  it('are asked for run by run where they are too long for one reply', async () => {
    const runIds = ['a', 'b'].map(letter => letter.repeat(32))
    const full = JSON.stringify({ metrics: Array.from({ length: 25_000 }, (_, step) => point(step)) })
    const server = await scriptedServer(({ url }) => ({
      body: url.includes('get-history-bulk') ? full : JSON.stringify({ metrics: [point(1), point(2)] }),
    }))
    const points = await clientOf(server.url).metrics.historyOfRuns(runIds, 'm')
    expect(points.map(one => [one.runId?.[0], one.step])).toEqual([
      ['a', 1],
      ['a', 2],
      ['b', 1],
      ['b', 2],
    ])
  })
})

for (const backend of ['current', 'embedded', 'fake'] as const)
  describeWith(
    `metric histories (${backend})`,
    await connectToMlflow(backend),
    ({ client, newExperiment, newRun }) => {
      it('are empty for a metric that was never logged', async () => {
        await expect(client.metrics.history(await newRun(), 'none').all()).resolves.toEqual([])
      })

      it('of many runs come in groups of a hundred', async () => {
        const experimentId = await newExperiment()
        const runIds: string[] = []
        for (let index = 0; index < 101; index += 1) {
          runIds.push((await client.runs.create({ experimentId })).info.runId)
        }
        const logged = [runIds[0], runIds[100]] as string[]
        for (const id of logged) await client.runs.logMetric(id, 'm', 1, { step: 1 })
        const points = await client.metrics.historyOfRuns(runIds, 'm')
        expect(points.map(one => one.runId)).toEqual(logged)
        const sampled = await client.metrics.sampledHistory(runIds, 'm', { startStep: 1, endStep: 1 })
        expect(sampled.map(one => one.runId)).toEqual(logged)
      })

      it('are thinned out on demand', async () => {
        const runId = await newRun()
        const points = Array.from({ length: 1000 }, (_, step) => ({ key: 'm', value: step, step }))
        await client.runs.logBatch(runId, { metrics: points })
        const sampled = await client.metrics.sampledHistory([runId], 'm', { maxPoints: 50 })
        expect(sampled.length).toBeGreaterThan(40)
        expect(sampled.length).toBeLessThan(60)
      })
    },
  )
