import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openStore } from '@epochwatt/core'
import { expect, it } from 'vitest'
import { temporaryStore } from './testing/temporary-store.js'

const example = fileURLToPath(new URL('../../../examples/digits/train.mjs', import.meta.url))
const store = temporaryStore()

it('the example trains on real digits, reports, and adds runs to one store', async () => {
  const dir = store()
  const train = (...args: string[]) =>
    promisify(execFile)(process.execPath, [example, '--samples', '500', '--epochs', '3', ...args], {
      env: { ...process.env, EPOCHWATT_DIR: dir },
      timeout: 60_000,
    })
  const { stdout, stderr } = await train()
  await train('--units', '16')

  const { records } = openStore(dir).list()
  expect(records.map(({ name, status }) => [name, status])).toEqual([
    ['digits, 64 units', 'finished'],
    ['digits, 16 units', 'finished'],
  ])
  const [first] = records
  expect(first?.epochs).toHaveLength(3)
  expect(first?.epochs.at(-1)?.metrics.val_acc).toBeGreaterThan(0.5)
  expect(first?.params).toMatchObject({ units: 64, seed: 1, samples: 400, optimizer_name: 'Adam' })

  expect(stderr.match(/^epoch [123]\/3 .* so far /gm)).toHaveLength(3)
  expect(stdout).toContain('digits, 64 units')
  const report = join(dir, 'runs', first!.id, 'report.html')
  expect(stdout).toContain(report)
  expect(existsSync(report)).toBe(true)
})
