// A trainer in a process of its own, on the built packages: delivery runs in a thread that only those have.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { scriptedRun } from '@epochwatt/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { bodiesOf, rowsOf, temporaryDirectory } from '../../wandb-node-sdk-shim/src/testing/fixture.js'
import { startStubBackend } from '../../wandb-node-sdk-shim/src/testing/stub-backend.js'
import { clearWandbVariables, exporterTo, values } from './testing/training.js'

const CORE = new URL('../../core/flat/index.js', import.meta.url).href
const PACKAGE = fileURLToPath(new URL('..', import.meta.url))

describe('a trainer that never yields', () => {
  it('is recorded by the variables of W&B alone, with each epoch and its power once', () => {
    const folder = temporaryDirectory()
    const store = join(folder.path, 'store')
    const script = `
      import { startTracking } from ${JSON.stringify(CORE)}
      const tracker = startTracking({ dir: ${JSON.stringify(store)}, country: 'FR' })
      for (let index = 0; index < 3; index++) {
        const epoch = tracker.window('epoch', { index })
        const end = performance.now() + 1000
        while (performance.now() < end);
        epoch.end()
        epoch.logMetrics({ loss: 1 / (index + 1) })
      }
      await tracker.stop()`
    const { EPOCHWATT_OFFLINE: _, ...environment } = process.env
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      // A package of this one's own name finds itself, as a project does in which it is installed.
      cwd: PACKAGE,
      env: {
        ...environment,
        WANDB_MODE: 'offline',
        WANDB_PROJECT: 'digits',
        WANDB_DIR: folder.path,
        WANDB_SILENT: 'true',
        WANDB_DISABLE_GIT: 'true',
        WANDB_CONFIG_DIR: folder.path,
      },
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const [run] = readdirSync(join(store, 'runs'))
    const note = JSON.parse(
      readFileSync(join(store, 'runs', run!, 'delivery', 'wandb.json'), 'utf8'),
    ) as Record<string, unknown>
    expect(note).toMatchObject({ complete: true, origin: { package: '@epochwatt/wandb-plugin' } })
    const path = realpathSync(join(folder.path, 'wandb', 'latest-run'))
    expect(values(rowsOf(path), 'loss')).toEqual([1, 1 / 2, 1 / 3])
    expect(bodiesOf(path).filter(body => body.case === 'stats').length).toBeGreaterThanOrEqual(3)
    folder.remove()
  }, 60_000)
})

describe('a run whose process was killed', () => {
  it('is completed by a later one, in the same run: each row once', async () => {
    clearWandbVariables()
    const stub = await startStubBackend()
    const { id, name, project, startedAt } = scriptedRun()
    const run = { id, name, project, startedAt, params: {}, tags: {} }
    const epoch = (index: number) =>
      ({
        type: 'window',
        seq: index + 1,
        timeMs: Date.parse(startedAt) + index * 1000,
        name: 'epoch',
        attributes: { index },
        durationSeconds: 1,
        figures: {},
        totals: {},
        metrics: { loss: 1 / (index + 1) },
      }) as const
    const first = exporterTo(stub)
    await first.start!(run)
    await first.export([epoch(0), epoch(1)])
    await vi.waitFor(() => expect(values(stub.rows(id), 'loss')).toEqual([1, 1 / 2]), { timeout: 20_000 })
    const second = exporterTo(stub)
    expect(second.restarts).toBe(true)
    await second.start!(run)
    await second.export([epoch(0), epoch(1), epoch(2)])
    await second.shutdown()
    expect(values(stub.rows(id), 'loss')).toEqual([1, 1 / 2, 1 / 3])
    await first.shutdown()
    vi.unstubAllEnvs()
    await stub.close()
  }, 60_000)
})
