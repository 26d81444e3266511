// Against the database that stands for a server: the plugin's own tests read from real servers.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunRecord, startTracking } from '@epochwatt/core'
import { mlflow } from '@epochwatt/mlflow-plugin'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { callMain } from '../testing/call-main.js'

const root = mkdtempSync(join(tmpdir(), 'epochwatt-cli-mlflow-'))
const trackingUri = `sqlite:///${join(root, 'mlflow.db')}`
const source = ['--mlflow', trackingUri, '--experiment', 'digits']
const tracked: RunRecord[] = []

const call = (width: number | undefined, ...args: string[]) =>
  callMain([...args, '--dir', join(root, 'empty')], width)

beforeAll(async () => {
  for (const name of ['first', 'second']) {
    const tracker = startTracking({
      dir: join(root, 'store'),
      name,
      country: 'FR',
      exporters: [mlflow({ trackingUri, experiment: 'digits' })],
    })
    await new Promise(resolve => setTimeout(resolve, 80))
    tracked.push((await tracker.stop())!)
  }
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

it('compares the runs of an MLflow experiment as those of a store', async () => {
  const { code, out, err } = await call(undefined, 'compare', ...source, '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const compared = JSON.parse(out) as { runs: readonly { id: string }[] }
  expect(compared.runs.map(({ id }) => id)).toEqual(tracked.map(({ id }) => id))
})

it('writes the report of one of them', async () => {
  const { code, out } = await call(undefined, 'report', 'second', ...source)
  expect(code).toBe(0)
  expect(readFileSync(out.trim(), 'utf8')).toContain(tracked[1]!.id)
})

it('counts on one line of a terminal, which it clears, and nowhere else', async () => {
  const { err } = await call(100, 'compare', ...source)
  expect(err).toContain('\rReading runs from MLflow: 2')
  expect(err.endsWith('\r\u001b[K')).toBe(true)
})

it('takes the two options together only', async () => {
  expect(await call(undefined, 'compare', '--mlflow', trackingUri)).toMatchObject({
    code: 2,
    err: expect.stringContaining('"--mlflow" needs "--experiment"'),
  })
  expect(await call(undefined, 'report', 'x', '--experiment', 'digits')).toMatchObject({
    code: 2,
    err: expect.stringContaining('"--experiment" needs "--mlflow"'),
  })
  expect(await call(undefined, 'compare', '--mlflow', trackingUri, '--experiment', 'other')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/there are: .*digits/),
  })
})
