// As a user writes it, on the built packages: a script, a real MLflow server, an offline run of W&B.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@epochwatt/core'
import { afterAll, describe, expect, it } from 'vitest'
import { isSkipped } from '../../../mlflow-js-client/test/describe-with.js'
import { mlflowServer } from '../../../mlflow-js-client/test/mlflow-server.js'
import { loadSavedModel } from '../testing/load-saved-model.js'
import { runNode } from '../testing/run-script.js'
import { temporaryStore } from '../testing/temporary-store.js'

const store = temporaryStore()
const server = await mlflowServer()
const reason = isSkipped(server) ? server.skipped : undefined
const download = mkdtempSync(join(tmpdir(), 'epochwatt-model-'))
afterAll(() => rmSync(download, { recursive: true, force: true }))

const SCRIPT = (experiment: string, uri: string, wandbDir: string): string => `
  import * as tf from '@tensorflow/tfjs'
  import { autolog } from '@epochwatt/tensorflowjs-callback'
  process.env.MLFLOW_TRACKING_URI = ${JSON.stringify(uri)}
  process.env.MLFLOW_EXPERIMENT_NAME = ${JSON.stringify(experiment)}
  process.env.WANDB_MODE = 'offline'
  process.env.WANDB_DIR = ${JSON.stringify(wandbDir)}
  await tf.setBackend('cpu')
  const log = autolog({ mlflow: true, wandb: true, saveBestModel: true, batches: true, project: 'trackers' })
  for (const units of [2, 3]) {
    const model = tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [4] })] })
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    const { history } = await model.fit(tf.ones([16, 4]), tf.ones([16, units]), {
      epochs: 3, batchSize: 8, validationSplit: 0.25, verbose: 0,
    })
    console.log(JSON.stringify({ loss: history.loss, out: [...model.predict(tf.ones([1, 4])).dataSync()] }))
  }
  await log.disable()
`

const PYTHON = `
import json, sys, mlflow
client = mlflow.MlflowClient()
experiment = client.get_experiment_by_name(sys.argv[1])
found = []
for run in sorted(client.search_runs([experiment.experiment_id]), key=lambda run: run.info.start_time):
    id = run.info.run_id
    losses = [point.value for point in sorted(client.get_metric_history(id, 'loss'), key=lambda point: point.step)]
    found.append(dict(status=run.info.status, params=run.data.params, losses=losses,
        metrics=sorted(run.data.metrics), artifacts=sorted(f.path for f in client.list_artifacts(id)),
        model=client.download_artifacts(id, 'model', sys.argv[2]) if len(found) == 1 else None))
print(json.dumps(found))
`

interface FoundRun {
  readonly status: string
  readonly params: Readonly<Record<string, string>>
  readonly losses: readonly number[]
  readonly metrics: readonly string[]
  readonly artifacts: readonly string[]
  readonly model: string | null
}

describe.skipIf(reason)(`autolog({ mlflow: true, wandb: true })${reason ? ` (${reason})` : ''}`, () => {
  it('sends each fit to both, and its model loads back', { timeout: 120_000 }, async () => {
    if (isSkipped(server)) throw new Error(server.skipped)
    const dir = store()
    const wandbDir = mkdtempSync(join(download, 'wandb-'))
    const experiment = `autolog ${process.pid} ${Date.now()}`
    const script = SCRIPT(experiment, server.url, wandbDir)
    const { code, stdout, stderr } = await runNode(dir, ['--input-type=module', '--eval', script], 90_000)
    expect(code, stderr).toBe(0)
    const trained = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { loss: number[]; out: number[] })
    expect(trained).toHaveLength(2)

    const runs = await server.python<readonly FoundRun[]>(PYTHON, experiment, download)
    expect(runs).toHaveLength(2)
    for (const [place, run] of runs.entries()) {
      expect(run).toMatchObject({
        status: 'FINISHED',
        params: { epochs: '3', batch_size: '8', optimizer_name: 'SGD' },
      })
      expect(run.losses).toHaveLength(3)
      for (const [epoch, loss] of run.losses.entries())
        expect(loss).toBeCloseTo(trained[place]!.loss[epoch]!, 5)
      expect(run.metrics).toEqual(expect.arrayContaining(['energy/total_kwh', 'val_loss']))
      expect(run.artifacts).toEqual(
        expect.arrayContaining(['best_model', 'energy', 'model', 'model_summary.txt']),
      )
    }
    const loaded = await loadSavedModel(runs[1]!.model!)
    const { ones } = await import('@tensorflow/tfjs')
    const predicted = loaded.predict(ones([1, 4]))
    const values = await (Array.isArray(predicted) ? predicted[0]! : predicted).data()
    expect(values).toHaveLength(3)
    for (const [place, value] of values.entries()) expect(value).toBeCloseTo(trained[1]!.out[place]!, 5)

    expect(readdirSync(join(wandbDir, 'wandb')).filter(name => name.startsWith('offline-run-'))).toHaveLength(
      2,
    )
    const { records } = openStore(dir).list()
    expect(records.map(({ status, project }) => [status, project])).toEqual([
      ['finished', 'trackers'],
      ['finished', 'trackers'],
    ])
    expect(
      records[0]!.windows.filter(({ name }) => name === 'batch').map(({ attributes }) => attributes),
    ).toEqual([0, 1, 2].flatMap(epoch => [0, 1].map(batch => ({ epoch, batch }))))
  })
})
