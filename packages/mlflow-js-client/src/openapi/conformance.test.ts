import { expect, it } from 'vitest'
import { type Connected, connectToMlflow, uniqueName } from '../../test/connect.js'
import { describeWith, type Skipped } from '../../test/describe-with.js'
import { mlflowVersions } from '../../test/mlflow-install.js'

/** Need a cloud store behind the server. */
const notOnLocalDisk = [
  'createPresignedUploadUrl',
  'getPresignedDownloadUrl',
  'createMultipartUpload',
  'completeMultipartUpload',
  'abortMultipartUpload',
]

const sinceMlflow3 = [
  'getServerInfo',
  'logOutputs',
  'createLoggedModel',
  'searchLoggedModels',
  'getLoggedModel',
  'finalizeLoggedModel',
  'deleteLoggedModel',
  'setLoggedModelTags',
  'deleteLoggedModelTag',
  'logLoggedModelParams',
  'listLoggedModelArtifacts',
]

const lines = [
  { line: 'current', version: mlflowVersions.current, absent: [] },
  { line: 'legacy', version: mlflowVersions.legacy, absent: sinceMlflow3 },
] as const

// Both at once: a server takes seconds to start.
const connections = await Promise.all(lines.map(({ line }) => connectToMlflow(line)))

for (const [index, { line, version, absent }] of lines.entries()) {
  const name = `the OpenAPI document and a real MLflow ${version}`
  describeWith(name, connections[index] as Connected | Skipped, ({ client, recording }) => {
    it('agree on every route', { timeout: 60_000 }, async () => {
      const { api, experiments, runs, metrics, artifacts, loggedModels, server } = client
      await server.isHealthy()
      expect(await server.version()).toMatch(line === 'current' ? /^3\./ : /^2\./)
      await server.info()

      const name = uniqueName('conformance')
      const experimentId = await experiments.create({ name, tags: { purpose: 'test' } })
      await experiments.get(experimentId)
      await experiments.getByName(name)
      await experiments.setTag(experimentId, 'k', 'v')
      await experiments.rename(experimentId, `${name} renamed`)
      await experiments.search({ filter: `name = '${name} renamed'` }).all()

      const { info } = await runs.create({ experimentId, runName: 'first', tags: { a: 1 } })
      const { runId } = info
      const point = { run_id: runId, key: 'm', value: 1, timestamp: Date.now(), step: 1 }
      const pair = { run_id: runId, key: 'k', value: 'v' }
      await api.POST('/api/2.0/mlflow/runs/log-metric', { body: point })
      await api.POST('/api/2.0/mlflow/runs/log-parameter', { body: pair })
      await api.POST('/api/2.0/mlflow/runs/set-tag', { body: pair })
      await runs.logBatch(runId, {
        metrics: [
          { key: 'm', value: 2, step: 2 },
          { key: 'm', value: 3, step: 3 },
        ],
        params: { p: 'x' },
        tags: { t: 'y' },
      })
      await runs.deleteTag(runId, 't')
      const dataset = {
        name: 'd',
        digest: 'abc',
        sourceType: 'local',
        source: '{}',
        schema: '{}',
        profile: '{}',
      }
      await runs.logInputs(runId, { datasets: [{ dataset, context: 'training', tags: { split: '1' } }] })
      await runs.search({ experimentIds: [experimentId], orderBy: ['metrics.m DESC'] }).all()
      await metrics.history(runId, 'm').all()
      await metrics.historyOfRuns([runId], 'm')
      await metrics.sampledHistory([runId], 'm', { startStep: 0, endStep: 10 })

      await artifacts.upload(runId, 'dir/a.txt', 'text')
      await artifacts.list(runId, 'dir').all()
      await api.GET('/api/2.0/mlflow-artifacts/artifacts', {
        params: { query: { path: `${experimentId}/${runId}` } },
      })
      await artifacts.downloadText(runId, 'dir/a.txt')
      await recording.fetch(
        `${client.trackingUri}/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${runId}&path=b.txt`,
        {
          method: 'POST',
          body: new Blob(['b']),
        },
      )
      await recording.fetch(`${client.trackingUri}/get-artifact?run_uuid=${runId}&path=b.txt`, {})
      await artifacts.delete(runId, 'dir/a.txt')

      if (line === 'current') {
        const { modelId } = await loggedModels.create({
          experimentId,
          name: 'model',
          sourceRunId: runId,
          params: { p: 1 },
        })
        await loggedModels.logParams(modelId, { q: 2 })
        await loggedModels.setTags(modelId, { t: 'v', u: 'w' })
        await loggedModels.deleteTag(modelId, 'u')
        await runs.logMetric(runId, 'accuracy', 0.5, { modelId, datasetName: 'd', datasetDigest: 'abc' })
        await runs.logInputs(runId, { modelIds: [modelId] })
        await runs.logOutputs(runId, [{ modelId, step: 1 }])
        await artifacts.upload({ modelId }, 'weights.bin', new Uint8Array(3))
        await artifacts.list({ modelId }).all()
        await loggedModels.finalize(modelId, 'READY')
        await loggedModels.get(modelId)
        await loggedModels.search({ experimentIds: [experimentId] }).all()
        await runs.get(runId)
        await loggedModels.delete(modelId)
      }

      await runs.get(runId)
      await runs.update(runId, { runName: 'second' })
      await runs.end(runId)
      await runs.delete(runId)
      await runs.restore(runId)
      await experiments.delete(experimentId)
      await experiments.restore(experimentId)

      const untried = recording.document.operations
        .map(operation => operation.id)
        .filter(id => !recording.succeeded.has(id))
      expect(untried.sort()).toEqual([...notOnLocalDisk, ...absent].sort())
    })
  })
}
