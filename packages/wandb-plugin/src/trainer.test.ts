// A trainer in a process of its own, on the built packages: delivery runs in a thread that only those have.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../../wandb-node-sdk-shim/src/testing/fixture.js'
import { bodiesOf, rowsOf } from '../../wandb-node-sdk-shim/src/testing/views.js'
import { values } from './testing/training.js'

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
    const [id] = readdirSync(join(store, 'runs'))
    const note = JSON.parse(
      readFileSync(join(store, 'runs', id!, 'delivery', 'wandb.json'), 'utf8'),
    ) as Record<string, unknown>
    expect(note).toMatchObject({ complete: true, origin: { package: '@epochwatt/wandb-plugin' } })
    const path = realpathSync(join(folder.path, 'wandb', 'latest-run'))
    expect(values(rowsOf(path), 'loss')).toEqual([1, 1 / 2, 1 / 3])
    expect(bodiesOf(path).filter(body => body.case === 'stats').length).toBeGreaterThanOrEqual(3)
    folder.remove()
  }, 60_000)
})
