// Trainers in processes of their own, on the built packages: delivery runs in a thread that only those have.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { connectToMlflow, uniqueName } from '../../mlflow-js-client/test/connect.js'
import { expectedPoints, mlflowRunOf, storedPoints } from './testing/read-back.js'

const connected = await connectToMlflow()
const reason = 'skipped' in connected ? connected.skipped : undefined
const dir = mkdtempSync(join(tmpdir(), 'epochwatt-mlflow-trainer-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const server = () => {
  if ('skipped' in connected) throw new Error(connected.skipped)
  return connected
}

const built = (path: string): string => new URL(`../../${path}`, import.meta.url).href
const CORE = built('core/flat/index.js')
const PLUGIN = built('mlflow-plugin/dist/index.js')
const CLI = fileURLToPath(built('cli/dist/bin.js'))
/** A project where the plugin is installed. */
const PROJECT = fileURLToPath(built('cli'))

interface Trainer {
  readonly store: string
  readonly script: string
  readonly env?: Readonly<Record<string, string>>
}

const environment = (more: Trainer['env'] = {}): NodeJS.ProcessEnv => {
  const { EPOCHWATT_OFFLINE: _, ...own } = process.env
  return { ...own, ...more }
}

const train = ({ script, env }: Trainer): ChildProcess =>
  spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: PROJECT,
    env: environment(env),
    stdio: ['ignore', 'inherit', 'inherit'],
  })

const ended = (child: ChildProcess): Promise<unknown> => new Promise(resolve => child.once('close', resolve))

const epochs = (seconds: number, count: number): string => `
  const busy = ms => { const end = performance.now() + ms; while (performance.now() < end); }
  for (let index = 0; index < ${count}; index++) {
    const epoch = tracker.window('epoch', { index })
    busy(${seconds * 1000})
    epoch.end()
    epoch.logMetrics({ loss: 1 / (index + 1) })
  }`

const trackerTo = (store: string, experiment: string, url: string): string => `
  import { startTracking } from ${JSON.stringify(CORE)}
  import { mlflow } from ${JSON.stringify(PLUGIN)}
  const exporters = [mlflow({ trackingUri: ${JSON.stringify(url)}, experiment: ${JSON.stringify(experiment)} })]
  const tracker = startTracking({ dir: ${JSON.stringify(store)}, country: 'FR', exporters })`

const onlyRunIn = (store: string): string => {
  const [id] = readdirSync(join(store, 'runs'))
  return join(store, 'runs', id!)
}

const sync = (store: string) =>
  spawnSync(process.execPath, [CLI, 'sync', '--dir', store, '--json'], {
    cwd: PROJECT,
    env: environment(),
    encoding: 'utf8',
  })

const within20s = { timeout: 20_000, interval: 200 } as const

describe.skipIf(reason)(`a trainer that never yields${reason ? ` (${reason})` : ''}`, () => {
  it('has its power and its epochs at MLflow while it is blocked', async () => {
    const { client, server: mlflowServer } = server()
    const store = join(dir, 'blocked')
    const experiment = uniqueName('blocked')
    const script = `${trackerTo(store, experiment, mlflowServer.url)} ${epochs(2.5, 6)}
      process.exitCode = (await tracker.stop()).epochs.length === 6 ? 0 : 1`
    const child = train({ store, script })
    let isOver = false
    const end = ended(child).then(code => {
      isOver = true
      return code
    })
    // Its main thread is busy from the first epoch to the last: whatever is there now came from the other thread.
    await vi.waitFor(async () => {
      const { data } = await mlflowRunOf(client, experiment)
      expect(data.metrics).toHaveProperty('system/total_power_watts')
      expect(data.metrics).toHaveProperty('energy/epoch_kwh')
      expect(data.metrics).toHaveProperty('loss')
    }, within20s)
    expect(isOver).toBe(false)
    expect(existsSync(join(onlyRunIn(store), 'record.json'))).toBe(false)
    expect(await end).toBe(0)
    const { info } = await mlflowRunOf(client, experiment)
    expect(info.status).toBe('FINISHED')
    expect(await storedPoints(client, info.runId)).toEqual(expectedPoints(onlyRunIn(store)))
  }, 60_000)

  it('is delivered by sync after kill -9: each point once, with its original time', async () => {
    const { client, server: mlflowServer } = server()
    const store = join(dir, 'killed')
    const experiment = uniqueName('killed')
    const child = train({
      store,
      script: `${trackerTo(store, experiment, mlflowServer.url)} ${epochs(1, 60)}`,
    })
    const end = ended(child)
    await vi.waitFor(async () => {
      expect((await mlflowRunOf(client, experiment)).data.metrics).toHaveProperty('energy/epoch_kwh')
    }, within20s)
    child.kill('SIGKILL')
    await end
    const { info: cut } = await mlflowRunOf(client, experiment)
    expect(cut.status).toBe('RUNNING')
    const partial = await storedPoints(client, cut.runId)

    const first = sync(store)
    expect(first.stderr).toContain('Finished first')
    expect(first.status).toBe(0)
    const { info } = await mlflowRunOf(client, experiment)
    expect(info).toMatchObject({ runId: cut.runId, status: 'KILLED' })
    const whole = await storedPoints(client, info.runId)
    expect(whole).toEqual(expectedPoints(onlyRunIn(store)))
    // What was there before is there still, and nothing of it twice.
    for (const [key, points] of Object.entries(partial)) {
      expect(whole[key]).toEqual(expect.arrayContaining([...points]))
    }
    expect(JSON.parse(sync(store).stdout).runs).toEqual([])
    expect(await storedPoints(client, info.runId)).toEqual(whole)
  }, 60_000)

  it('is at MLflow by its variables alone, without a word in the code', async () => {
    const { client, server: mlflowServer } = server()
    const store = join(dir, 'variables')
    const experiment = uniqueName('variables')
    const script = `
      import { startTracking } from ${JSON.stringify(CORE)}
      const tracker = startTracking({ dir: ${JSON.stringify(store)}, country: 'FR' }) ${epochs(0.1, 2)}
      await tracker.stop()`
    const env = { MLFLOW_TRACKING_URI: mlflowServer.url, MLFLOW_EXPERIMENT_NAME: experiment }
    expect(await ended(train({ store, script, env }))).toBe(0)
    const { info, data } = await mlflowRunOf(client, experiment)
    expect(info.status).toBe('FINISHED')
    expect(data.metrics).toHaveProperty('energy/total_kwh')
    // Switched off, nothing is sent or noted.
    const off = join(dir, 'off')
    const silent = script.replace(JSON.stringify(store), JSON.stringify(off))
    expect(
      await ended(train({ store: off, script: silent, env: { ...env, EPOCHWATT_AUTO_EXPORT: '0' } })),
    ).toBe(0)
    expect(existsSync(join(onlyRunIn(off), 'delivery'))).toBe(false)
    expect((await mlflowRunOf(client, experiment)).info.runId).toBe(info.runId)
  }, 60_000)

  it('is at MLflow by a word in the config file of an organisation', async () => {
    const { client, server: mlflowServer } = server()
    const store = join(dir, 'config')
    const experiment = uniqueName('config')
    const config = join(dir, 'organisation.json')
    writeFileSync(config, JSON.stringify({ exporters: ['mlflow'], country: 'FR', tariff: '0.31 EUR' }))
    const script = `
      import { startTracking } from ${JSON.stringify(CORE)}
      const tracker = startTracking({ dir: ${JSON.stringify(store)} }) ${epochs(0.1, 2)}
      await tracker.stop()`
    const env = {
      MLFLOW_TRACKING_URI: mlflowServer.url,
      MLFLOW_EXPERIMENT_NAME: experiment,
      EPOCHWATT_AUTO_EXPORT: '0',
      EPOCHWATT_CONFIG: config,
    }
    expect(await ended(train({ store, script, env }))).toBe(0)
    const { info } = await mlflowRunOf(client, experiment)
    expect(await storedPoints(client, info.runId)).toEqual(expectedPoints(onlyRunIn(store)))
  }, 60_000)

  it('leaves the variables to sync when it is told to be offline', async () => {
    const { client, server: mlflowServer } = server()
    const store = join(dir, 'offline')
    const experiment = uniqueName('offline')
    const script = `
      import { startTracking } from ${JSON.stringify(CORE)}
      const tracker = startTracking({ dir: ${JSON.stringify(store)}, country: 'FR', offline: true }) ${epochs(0.1, 2)}
      await tracker.stop()`
    const env = { MLFLOW_TRACKING_URI: mlflowServer.url, MLFLOW_EXPERIMENT_NAME: experiment }
    expect(await ended(train({ store, script, env }))).toBe(0)
    expect(await client.experiments.getByName(experiment)).toBeUndefined()
    const result = spawnSync(process.execPath, [CLI, 'sync', '--dir', store], {
      cwd: PROJECT,
      env: environment(env),
      encoding: 'utf8',
    })
    expect(result.stdout).toContain('delivered to mlflow')
    const { info } = await mlflowRunOf(client, experiment)
    expect(await storedPoints(client, info.runId)).toEqual(expectedPoints(onlyRunIn(store)))
  }, 60_000)
})
