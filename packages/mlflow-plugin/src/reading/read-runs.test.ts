// On a real MLflow server, on the database without one, and on the fake.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, parseRecord, type RunRecord, startTracking } from '@epochwatt/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectToMlflow, uniqueName } from '../../../mlflow-js-client/test/connect.js'
import { describeWith } from '../../../mlflow-js-client/test/describe-with.js'
import { mlflow } from '../mlflow.js'
import { readMlflowRuns } from './read-runs.js'

const dir = mkdtempSync(join(tmpdir(), 'epochwatt-reading-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** The client of the test counts and checks what is asked for. */
const backends = ['current', 'embedded', 'fake'] as const
const connections = await Promise.all(backends.map(backend => connectToMlflow(backend)))

for (const [index, backend] of backends.entries()) {
  describeWith(`runs read back from MLflow (${backend})`, connections[index]!, ({ client, server }) => {
    const experiment = uniqueName('reading')
    const connection = { trackingUri: server.url, experiment, retry: { maxRetries: 0 } }
    const tracked: RunRecord[] = []
    const startTime = 1_790_000_000_000
    let experimentId = ''

    /** A run of ours that was killed before its record was sent: epochs and power arrived. */
    const logKilledRun = async (): Promise<string> => {
      const { info } = await client.runs.create({
        experimentId,
        runName: 'killed',
        startTime,
        tags: { 'epochwatt.run_id': 'killed-1' },
      })
      const metrics = [0, 1, 2].flatMap(step => {
        const at = { step, timestamp: startTime + 10_000 * (step + 1) }
        return [
          { key: 'energy/epoch_kwh', value: 0.001, ...at },
          { key: 'carbon/epoch_gco2eq', value: 0.05, ...at },
          { key: 'energy/epoch_mean_watts', value: 450, ...at },
          { key: 'energy/total_kwh', value: 0.001 * (step + 1), ...at },
          { key: 'carbon/total_gco2eq', value: 0.05 * (step + 1), ...at },
          { key: 'loss', value: 1 / (step + 1), ...at },
        ]
      })
      metrics.push({ key: 'system/energy_total_kwh', value: 0.0035, step: 9, timestamp: startTime + 35_000 })
      await client.runs.logBatch(info.runId, { metrics, params: { lr: 0.1 } })
      await client.runs.end(info.runId, 'KILLED', startTime + 40_000)
      return info.runId
    }

    const logForeignRuns = async (): Promise<void> => {
      const logs = {
        codecarbon: {
          metrics: {
            emissions: 0.02,
            energy_consumed: 0.1,
            cpu_energy: 0.06,
            gpu_energy: 0.03,
            ram_energy: 0.01,
            duration: 360,
          },
          params: { country_iso_code: 'FRA' },
        },
        'grams only': { metrics: { emissions: 12 }, params: {} },
        'no energy': { metrics: { loss: 1 }, params: {} },
      }
      for (const [runName, { metrics, params }] of Object.entries(logs)) {
        const { info } = await client.runs.create({ experimentId, runName, startTime: startTime + 100_000 })
        await client.runs.logMetrics(info.runId, metrics, { timestamp: startTime + 400_000, step: 1 })
        await client.runs.logParams(info.runId, params)
        await client.runs.end(info.runId, 'FINISHED', startTime + 500_000)
      }
    }

    beforeAll(async () => {
      experimentId = await client.experiments.create({ name: experiment })
      for (const project of ['a', 'b']) {
        const tracker = startTracking({
          dir: join(dir, backend),
          country: 'FR',
          project,
          exporters: [mlflow(connection)],
        })
        const epoch = tracker.window('epoch', { index: 0 })
        await new Promise(resolve => setTimeout(resolve, 120))
        epoch.end()
        tracked.push((await tracker.stop())!)
      }
      await logKilledRun()
      await logForeignRuns()
      const damaged = await client.runs.create({
        experimentId,
        runName: 'damaged',
        tags: { 'epochwatt.run_id': 'x' },
      })
      await client.artifacts.upload(damaged.info.runId, 'energy/record.json', '{"schema": "of the future"}')
    })

    it('are the records that were sent, and say what was left out', async () => {
      const { records, leftOut } = await readMlflowRuns(connection)
      const ours = records.filter(({ id }) => tracked.some(record => record.id === id))
      expect(ours).toEqual(tracked)
      expect(
        records.map(({ name }) => name).filter(name => !ours.some(record => record.name === name)),
      ).toEqual(['killed', 'codecarbon'])
      expect(Object.fromEntries(leftOut.map(({ name, reason }) => [name, reason]))).toEqual({
        'no energy': expect.stringContaining('no energy'),
        'grams only': expect.stringContaining('no energy'),
        damaged: expect.stringContaining('not readable'),
      })
    })

    it('are put together from metrics where there is no record, without claiming to know more', async () => {
      const { records } = await readMlflowRuns(connection)
      const killed = records.find(({ name }) => name === 'killed')!
      expect(parseRecord(structuredClone(killed), 'test')).toEqual(killed)
      expect(killed).toMatchObject({
        id: 'killed-1',
        status: 'killed',
        duration_s: 40,
        metrics: { loss: 1 / 3 },
      })
      expect(killed.energy.total_kwh).toMatchObject({
        value: 0.0035,
        low: 0.0035 / 3,
        high: 0.0035 * 3,
        tier: 'assumed',
      })
      expect(killed.grid.g_per_kwh.value).toBeCloseTo(0.15 / 0.0035, 6)
      expect(killed.energy.components.cpu).toEqual({ reason: expect.any(String) })
      expect(killed.warnings.map(({ code }) => code)).toContain('MLFLOW_NO_RECORD')
      // 0.001 kWh at 450 W take 8 s, which leaves 2 s before each epoch.
      expect(killed.epochs.map(({ started_s, ended_s }) => [started_s, ended_s])).toEqual([
        [2, 10],
        [12, 20],
        [22, 30],
      ])
      const inEpochs = killed.epochs.reduce((kwh, { energy_kwh }) => kwh + energy_kwh!.value, 0)
      expect(inEpochs + killed.outside_epochs.energy_kwh!.value).toBeCloseTo(0.0035, 12)
      expect(killed.outside_epochs.duration_s).toBeCloseTo(16, 9)
    })

    it('of CodeCarbon are read as its files are', async () => {
      const { records } = await readMlflowRuns(connection)
      const foreign = records.find(({ name }) => name === 'codecarbon')!
      expect(foreign.energy.total_kwh?.value).toBeCloseTo(0.1, 12)
      expect(foreign.carbon.operational_g?.value).toBeCloseTo(20, 9)
      expect(foreign).toMatchObject({ project: experiment, duration_s: 360, location: { country: 'FR' } })
      expect(foreign.warnings.map(({ code }) => code)).toContain('IMPORTED')
    })

    it('are fetched once where they are kept, and again when they change', async () => {
      const cache = join(dir, backend, 'kept')
      const progress: number[] = []
      const first = await readMlflowRuns({
        ...connection,
        dir: cache,
        onProgress: ({ runs }) => progress.push(runs),
      })
      expect(progress).toEqual([1, 2, 3, 4, 5, 6, 7])
      expect(openStore(cache).list().records).toEqual(first.records)

      // What cannot be read is asked for each time.
      const again = { ...connection, dir: cache, filter: "run_name != 'damaged'" }
      const fetch = refusing(/artifact|get-history/)
      const second = await readMlflowRuns(backend === 'embedded' ? again : { ...again, fetch })
      expect(second.records).toEqual(first.records)

      const { runs } = client
      const [old] = await runs
        .search({ experimentIds: [experimentId], filter: "run_name = 'codecarbon'" })
        .all()
      await runs.delete(old!.info.runId)
      const third = await readMlflowRuns({ ...connection, dir: cache })
      expect(third.records.map(({ name }) => name)).not.toContain('codecarbon')
      expect(readdirSync(join(cache, 'runs'))).toHaveLength(third.records.length)
      await runs.restore(old!.info.runId)
    })

    it('of an experiment that is not there are an error that names others', async () => {
      await expect(readMlflowRuns({ ...connection, experiment: 'nobody’s' })).rejects.toMatchObject({
        code: 'MLFLOW_EXPERIMENT_UNKNOWN',
        message: expect.stringContaining('there are:'),
      })
      await expect(readMlflowRuns({ ...connection, experiment: '' })).rejects.toMatchObject({
        name: 'OptionError',
      })
      expect((await readMlflowRuns({ ...connection, experiment: experimentId })).records.length).toBe(4)
    })
  })
}

/** A network over which some routes cannot be reached: what is read all the same was kept. */
const refusing =
  (routes: RegExp) =>
  (url: string, init: RequestInit): Promise<Response> =>
    routes.test(url) ? Promise.reject(new Error(`${url} was asked for`)) : fetch(url, init)
