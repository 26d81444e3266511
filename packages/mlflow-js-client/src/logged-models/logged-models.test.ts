import { expect, it } from 'vitest'
import { clientOf } from '../../test/client-of.js'
import { connectToMlflow } from '../../test/connect.js'
import { describeWith } from '../../test/describe-with.js'
import { losingReplies } from '../../test/scripted-server.js'

const mlflow = await connectToMlflow()

describeWith('logged models of a real server', mlflow, ({ client, newExperiment, server }) => {
  const { loggedModels, runs, artifacts } = client

  it('are read back with their metrics, params, tags and files', async () => {
    const experimentId = await newExperiment()
    const { info } = await runs.create({ experimentId })
    const made = await loggedModels.create({
      experimentId,
      name: 'digits',
      modelType: 'cnn',
      sourceRunId: info.runId,
      params: { layers: 3 },
      tags: { stage: 'dev' },
    })
    expect(made).toMatchObject({
      name: 'digits',
      status: 'PENDING',
      modelType: 'cnn',
      sourceRunId: info.runId,
    })
    const { modelId } = made
    await artifacts.upload({ modelId }, 'weights/w.bin', new Uint8Array([1, 2, 3]))
    await loggedModels.logParams(modelId, { lr: 0.1 })
    await loggedModels.setTags(modelId, { stage: 'prod', other: 1 })
    await loggedModels.deleteTag(modelId, 'other')
    await runs.logMetric(info.runId, 'accuracy', 0.9, { modelId, step: 2 })
    await runs.logOutputs(info.runId, [{ modelId, step: 2 }])
    await loggedModels.finalize(modelId, 'READY')

    const model = await loggedModels.get(modelId)
    expect(model).toMatchObject({
      status: 'READY',
      params: { layers: '3', lr: '0.1' },
      tags: { stage: 'prod' },
    })
    expect(model.tags).not.toHaveProperty('other')
    expect(model.metrics).toMatchObject([{ key: 'accuracy', value: 0.9, step: 2, modelId }])
    expect((await runs.get(info.runId)).outputs.models).toEqual([{ modelId, step: 2 }])
    await expect(artifacts.download({ modelId }, 'weights/w.bin')).resolves.toEqual(new Uint8Array([1, 2, 3]))
    await expect(artifacts.list({ modelId }, 'weights').all()).resolves.toEqual([
      { path: 'weights/w.bin', isDir: false, sizeBytes: 3 },
    ])

    const query = { experimentIds: [experimentId], filter: 'metrics.accuracy > 0.5' }
    const found = await loggedModels
      .search({ ...query, orderBy: [{ field: 'creation_time', ascending: false }] })
      .all()
    expect(found.map(one => one.modelId)).toEqual([modelId])
    await loggedModels.delete(modelId)
    await expect(loggedModels.search(query).all()).resolves.toEqual([])
  })

  it('are made once, though the reply to their creation is lost', async () => {
    const experimentId = await newExperiment()
    const proxy = await losingReplies(server.url, (_, before) => before === 0)
    const made = await clientOf(proxy.url).loggedModels.create({ experimentId, name: 'once' })
    const all = await loggedModels.search({ experimentIds: [experimentId] }).all()
    expect(all.map(one => one.modelId)).toEqual([made.modelId])
  })

  it('cannot have a name with a slash or a dot', async () => {
    await expect(loggedModels.create({ experimentId: '0', name: 'a/b' })).rejects.toMatchObject({
      errorCode: 'INVALID_PAYLOAD',
    })
  })
})
