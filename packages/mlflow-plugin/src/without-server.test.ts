// No server, no Python, no variable: the runs are in a file that MLflow opens as its own.
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunRecord, startTracking } from '@epochwatt/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith } from '../../mlflow-js-client/test/describe-with.js'
import { embeddedStore } from '../../mlflow-js-client/test/embedded-store.js'
import { mlflowInstall } from '../../mlflow-js-client/test/mlflow-install.js'
import { mlflow } from './mlflow.js'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'epochwatt-no-server-')))
const home = process.cwd()
const readByPython = `
import json, sys
from mlflow import MlflowClient
client = MlflowClient()
[run] = client.search_runs([client.get_experiment_by_name("digits").experiment_id])
record = client.download_artifacts(run.info.run_id, "energy/record.json")
print(json.dumps({
  "name": run.info.run_name, "status": run.info.status, "start": run.info.start_time, "params": run.data.params,
  "tags": run.data.tags,
  "history": {key: [[m.step, m.value] for m in client.get_metric_history(run.info.run_id, key)] for key in run.data.metrics},
  "record": json.load(open(record)),
}))`

interface ReadRun {
  readonly name: string
  readonly status: string
  readonly start: number
  readonly params: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  readonly history: Readonly<Record<string, readonly (readonly [number, number])[]>>
  readonly record: RunRecord
}

const tracked: RunRecord[] = []
beforeAll(async () => {
  process.chdir(folder)
  const tracker = startTracking({
    dir: join(folder, 'store'),
    name: 'first',
    project: 'digits',
    country: 'FR',
    params: { lr: 0.1 },
    samplingIntervalMs: 50,
    exporters: [mlflow({ environment: {} })],
  })
  for (let index = 0; index < 3; index += 1) {
    const epoch = tracker.window('epoch', { index })
    await new Promise(resolve => setTimeout(resolve, 150))
    epoch.end()
    epoch.logMetrics({ loss: 1 / (index + 1) })
  }
  tracked.push((await tracker.stop())!)
})
afterAll(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true, force: true })
})

it('runs go into mlflow.db and a folder of artifacts, where the program is run', () => {
  expect(existsSync(join(folder, 'mlflow.db'))).toBe(true)
  expect(existsSync(join(folder, 'mlruns', '1'))).toBe(true)
})

for (const line of ['legacy', 'current'] as const) {
  const install = await mlflowInstall(line)
  const resource = 'reason' in install ? { skipped: install.reason } : install
  describeWith(`the file that a training left, opened by MLflow (${line})`, resource, () => {
    it('has every figure of the run', { timeout: 90_000 }, async () => {
      const { python } = embeddedStore(line, folder)
      const [record] = tracked
      const read = await python<ReadRun>(readByPython)
      expect(read).toMatchObject({
        name: 'first',
        status: 'FINISHED',
        start: Date.parse(record!.started_at),
        params: { lr: '0.1', energy_grid_zone: 'FR' },
        tags: { 'epochwatt.run_id': record!.id },
      })
      expect(read.record).toEqual(record)
      const { history } = read
      expect(history.loss).toEqual([
        [0, 1],
        [1, 1 / 2],
        [2, 1 / 3],
      ])
      expect(history['energy/epoch_kwh']!.map(([step]) => step)).toEqual([0, 1, 2])
      expect(history['energy/total_kwh']!.at(-1)).toEqual([3, record!.energy.total_kwh!.value])
      expect(history['carbon/embodied_gco2eq']).toEqual([[3, record!.carbon.embodied_g!.value]])
      expect(history['system/total_power_watts']!.length).toBeGreaterThan(0)
    })
  })
}
