import { expect, it } from 'vitest'
import { clientOf } from '../../test/client-of.js'
import { connectToMlflow, uniqueName } from '../../test/connect.js'
import { describeWith } from '../../test/describe-with.js'
import { losingReplies } from '../../test/scripted-server.js'

const mlflow = await connectToMlflow()

describeWith('runs whose requests are repeated', mlflow, ({ client, newExperiment, newRun, server }) => {
  const { runs, metrics } = client

  it('hold a point once, however often it is sent', async () => {
    const runId = await newRun()
    const batch = {
      metrics: [{ key: 'm', value: 1, step: 1, timestamp: 1 }],
      params: { p: 1 },
      tags: { t: 1 },
    }
    await runs.logBatch(runId, batch)
    await runs.logBatch(runId, batch)
    await expect(metrics.history(runId, 'm').all()).resolves.toHaveLength(1)
  })

  it('are made once, though the reply to their creation is lost', async () => {
    const experimentId = await newExperiment()
    const proxy = await losingReplies(
      server.url,
      ({ url }, before) => url.endsWith('runs/create') && before === 0,
    )
    const { info } = await clientOf(proxy.url).runs.create({ experimentId, runName: uniqueName('once') })
    const all = await runs.search({ experimentIds: [experimentId] }).all()
    expect(all.map(run => run.info.runId)).toEqual([info.runId])
    expect(proxy.exchanges.map(({ url }) => url.split('/').at(-1))).toEqual(['create', 'search'])
  })

  it('are made by the second attempt where the first did not reach the server', async () => {
    const experimentId = await newExperiment()
    let refused = 0
    const fetchOnceBroken: typeof fetch = (input, init) => {
      refused += 1
      return refused === 1 ? Promise.reject(new TypeError('broken')) : fetch(input, init)
    }
    await clientOf(server.url, { fetch: fetchOnceBroken as never }).runs.create({ experimentId })
    await expect(runs.search({ experimentIds: [experimentId] }).all()).resolves.toHaveLength(1)
  })

  it('store each point once, though replies are lost', async () => {
    const runId = await newRun()
    const proxy = await losingReplies(server.url, (_, before) => before % 2 === 0)
    const points = Array.from({ length: 30 }, (_, step) => ({ key: 'm', value: step, step }))
    await clientOf(proxy.url).runs.logBatch(runId, { metrics: points, params: { a: 1 } })
    await expect(metrics.history(runId, 'm').all()).resolves.toHaveLength(30)
  })
})
