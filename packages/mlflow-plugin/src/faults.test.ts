// A real MLflow server behind a proxy that spoils every third request, and worse.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startTracking, syncRuns, type Tracker, undelivered } from '@epochwatt/core'
import { type Fault, type FaultProxy, inTurn, startFaultProxy } from '@epochwatt/testing'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { connectToMlflow, uniqueName } from '../../mlflow-js-client/test/connect.js'
import { type MlflowExporterOptions, mlflow } from './index.js'
import { expectedPoints, mlflowRunOf, storedPoints } from './testing/read-back.js'

const connected = await connectToMlflow()
const reason = 'skipped' in connected ? connected.skipped : undefined
const dir = mkdtempSync(join(tmpdir(), 'epochwatt-mlflow-faults-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const server = () => {
  if ('skipped' in connected) throw new Error(connected.skipped)
  return connected
}

let proxy: FaultProxy
let experiment: string
beforeEach(async () => {
  if (reason) return
  proxy = await startFaultProxy(server().server.url)
  experiment = uniqueName('faults')
  vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  // The later process is one of a project where the plugin is installed.
  vi.spyOn(process, 'cwd').mockReturnValue(fileURLToPath(new URL('../../cli', import.meta.url)))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await proxy?.close()
})

const retry = { maxRetries: 3, backoffFactor: 0, backoffJitter: 0, timeoutSeconds: 5 } as const

const begin = (options: MlflowExporterOptions = {}): Tracker =>
  startTracking({
    dir,
    country: 'FR',
    project: 'faults',
    params: { lr: 0.1 },
    exporters: [mlflow({ trackingUri: proxy.url, experiment, retry, ...options })],
  })

const train = async (tracker: Tracker, epochs: number): Promise<void> => {
  for (let index = 0; index < epochs; index++) {
    const epoch = tracker.window('epoch', { index })
    const end = performance.now() + 40
    while (performance.now() < end);
    epoch.end()
    epoch.logMetrics({ loss: 1 / (index + 1) })
    await new Promise(resolve => setTimeout(resolve, 40))
  }
}

const syncAll = async ({ id }: Tracker): Promise<void> => {
  const { runs } = await syncRuns({ dir, runs: [id] })
  expect(runs.flatMap(({ outcomes }) => outcomes)).toMatchObject([{ name: 'mlflow', waiting: 0 }])
}

/** Everything that was tracked is there, once, with its original time. */
const expectAllOnce = async (tracker: Tracker): Promise<void> => {
  expect(undelivered(tracker.directory)).toEqual([])
  const { client } = server()
  const run = await mlflowRunOf(client, experiment)
  const expected = expectedPoints(tracker.directory)
  expect(Object.keys(expected)).toContain('system/total_power_watts')
  expect(expected.loss).toHaveLength(3)
  expect(await storedPoints(client, run.info.runId)).toEqual(expected)
  expect(run.info.status).toBe('FINISHED')
  expect(run.data.params.lr).toBe('0.1')
  expect(run.data.tags['mlflow.note.content']?.match(/<!-- epochwatt -->/g)).toHaveLength(1)
}

const PASSING: readonly Fault[] = [
  { kind: 'drop' },
  { kind: 'status', status: 429, retryAfterSeconds: 0 },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'reset-after-commit' },
  { kind: 'truncate' },
  { kind: 'delay', ms: 30 },
]

describe.skipIf(reason)(`delivery to a server in trouble${reason ? ` (${reason})` : ''}`, () => {
  it.each(
    PASSING.map(fault => [fault.kind === 'status' ? `status ${fault.status}` : fault.kind, fault] as const),
  )('loses and doubles nothing when every third request meets %s', async (_, fault) => {
    proxy.plan = inTurn([fault])
    const tracker = begin()
    await train(tracker, 3)
    expect((await tracker.stop())?.status).toBe('finished')
    expect(proxy.log.filter(({ fault: met }) => met === fault.kind).length).toBeGreaterThan(3)
    if (undelivered(tracker.directory).length > 0) await syncAll(tracker)
    await expectAllOnce(tracker)
  })

  it.each([
    ['from the start', () => true],
    ['in the middle', index => index >= 6 && index < 12],
    ['from then on', index => index >= 6],
  ] as readonly [string, (index: number) => boolean][])(
    'keeps what a server that is gone %s did not take, for sync',
    async (_, isGone) => {
      proxy.plan = ({ index }) => (isGone(index) ? { kind: 'reset-after-commit' } : undefined)
      const tracker = begin({ retry: { ...retry, maxRetries: 0 } })
      await train(tracker, 3)
      await tracker.stop()
      proxy.plan = () => undefined
      if (undelivered(tracker.directory).length > 0) await syncAll(tracker)
      await expectAllOnce(tracker)
    },
  )

  it('takes a page that is no answer for a failure', async () => {
    proxy.plan = () => ({ kind: 'garbage' })
    const tracker = begin()
    await train(tracker, 3)
    await tracker.stop()
    expect(undelivered(tracker.directory)).toMatchObject([
      { exporter: 'mlflow', error: expect.stringContaining('not JSON') },
    ])
    proxy.plan = () => undefined
    await syncAll(tracker)
    await expectAllOnce(tracker)
  })

  it('says which param cannot be stored, and stores everything else', async () => {
    const { client } = server()
    const tracker = begin()
    await vi.waitFor(async () => expect((await mlflowRunOf(client, experiment)).data.params.lr).toBe('0.1'), {
      timeout: 20_000,
      interval: 100,
    })
    const { info } = await mlflowRunOf(client, experiment)
    await client.runs.logParam(info.runId, 'batch_size', 32)
    tracker.setParams({ batch_size: 64 })
    await train(tracker, 3)
    await tracker.stop()
    expect(undelivered(tracker.directory)).toMatchObject([
      { exporter: 'mlflow', waiting: 0, refusedCount: 1, refused: [{ item: 'param "batch_size"' }] },
    ])
    const run = await mlflowRunOf(client, experiment)
    expect(run.data.params).toMatchObject({ batch_size: '32', energy_grid_zone: 'FR' })
    expect(await storedPoints(client, info.runId)).toEqual(expectedPoints(tracker.directory))
  })

  it('does not make a new run in the place of one that was deleted, and delivers when it is restored', async () => {
    const { client } = server()
    const tracker = begin()
    await vi.waitFor(() => mlflowRunOf(client, experiment), { timeout: 20_000, interval: 100 })
    const { info } = await mlflowRunOf(client, experiment)
    await client.runs.delete(info.runId)
    await train(tracker, 3)
    await tracker.stop()
    expect(undelivered(tracker.directory)[0]?.waiting).toBeGreaterThan(0)
    const { runs } = await syncRuns({ dir, runs: [tracker.id] })
    expect(runs[0]?.outcomes[0]?.error).toContain('was deleted; restore it')
    await client.runs.restore(info.runId)
    await syncAll(tracker)
    await expectAllOnce(tracker)
  })
})
