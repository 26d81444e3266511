import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openStore } from '@epochwatt/core'
import { describe, expect, it } from 'vitest'
import { runNode } from './testing/run-script.js'
import { temporaryStore } from './testing/temporary-store.js'

const store = temporaryStore()

const run = async (example: string) => {
  const dir = store()
  const path = fileURLToPath(new URL(`../../../examples/${example}`, import.meta.url))
  const { code, stdout, stderr } = await runNode(dir, [path], 60_000)
  expect(code, stderr).toBe(0)
  const { records } = openStore(dir).list()
  return { stdout, stderr, records, folder: (id: string) => openStore(dir).runDirectory(id) }
}

describe('the examples, offline', { timeout: 70_000 }, () => {
  it('iris: autolog makes a run with model and summary, and learns', async () => {
    const { stdout, records, folder } = await run('iris/train.mjs')
    expect(records).toMatchObject([{ status: 'finished', project: 'iris', params: { x_shape: '[150,4]' } }])
    const [record] = records
    expect(record?.epochs).toHaveLength(15)
    expect(record?.epochs.at(-1)?.metrics.val_acc).toBeGreaterThan(0.5)
    expect(record?.waste?.after_best_epoch?.metric).toBe('val_loss')
    expect(stdout).toContain('iris, dense')
    expect(existsSync(join(folder(record!.id), 'artifacts', 'model', 'model.json'))).toBe(true)
  })

  it('digits, convolutional: learns beside early stopping, and shows what its batches took', async () => {
    const { stdout, records } = await run('digits/cnn.mjs')
    expect(records).toMatchObject([{ status: 'finished', params: { backend: 'cpu', batch_size: 30 } }])
    const [record] = records
    expect(record?.epochs.at(-1)?.metrics.val_acc).toBeGreaterThan(0.3)
    const batches = record!.windows.filter(({ name }) => name === 'batch')
    expect(batches).toHaveLength(8 * record!.epochs.length)
    expect(batches.every(({ energy_kwh }) => energy_kwh!.value > 0)).toBe(true)
    expect(stdout).toMatch(/One batch of 30 digits took .* J in \d+ batches/)
  })

  it('sequence: an endless dataset, its validation apart, and it learns', async () => {
    const { stdout, stderr, records } = await run('sequence/train.mjs')
    expect(records).toMatchObject([{ status: 'finished', params: { steps_per_epoch: 12 } }])
    const epochs = records[0]!.epochs
    expect(epochs).toHaveLength(4)
    expect(epochs.every(({ phases }) => phases.validation!.energy_kwh!.value > 0)).toBe(true)
    expect(epochs.at(-1)?.metrics.val_acc).toBeGreaterThan(0.6)
    expect(stdout.match(/^epoch \d: training .*Wh.*, validation .*Wh/gm)).toHaveLength(4)
    expect(stderr).toContain('epoch 4/4')
  })

  it('search: the comparison shows the cost of each trial', async () => {
    const { stdout, records } = await run('search/search.mjs')
    expect(records.map(({ name, params }) => [name, params.units])).toEqual([
      ['4 units', 4],
      ['16 units', 16],
      ['64 units', 64],
    ])
    for (const { name } of records) expect(stdout).toMatch(new RegExp(`^ *\\*? *${name} +[\\d.]+ `, 'm'))
    expect(stdout).toContain('val_acc')
    expect(stdout.match(/best in epoch \d/g)).toHaveLength(3)
  })

  it('inference: the service knows what a request takes', async () => {
    const { stdout, records } = await run('inference/service.mjs')
    expect(records).toMatchObject([
      {
        status: 'finished',
        name: 'circle, service',
        metrics: { inference_calls: 200, inference_units: 200 },
      },
    ])
    expect(stdout).toMatch(/^200 requests\nenergy per request .*Wh, 90 % interval .* – /)
    expect(stdout).toMatch(/static share +\d+ %/)
  })
})
