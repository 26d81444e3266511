import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { init, sync } from 'wandb-node-sdk-shim'
import { stubSettings, temporaryDirectory } from '../../../wandb-node-sdk-shim/src/testing/fixture.js'
import { type StubBackend, startStubBackend } from '../../../wandb-node-sdk-shim/src/testing/stub-backend.js'
import { clearWandbVariables, directory, exporterTo, train } from '../testing/training.js'
import { wandb } from '../wandb.js'
import { readWandbFiles } from './read-files.js'
import { readWandbRuns } from './read-project.js'

afterAll(directory.remove)

let stub: StubBackend
beforeEach(async () => {
  clearWandbVariables()
  stub = await startStubBackend()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  expect(stub.problems).toEqual([])
  await stub.close()
})

const read = (path = 'stub/p', runsPerPage = 2) =>
  readWandbRuns(path, { settings: stubSettings(stub), runsPerPage })

/** A run that logged what the exporter logs per epoch, and was killed then: neither totals nor artifact. */
const killedRun = async (id: string) => {
  const run = await init({
    project: 'p',
    id,
    name: 'killed',
    config: { lr: 0.1, nested: { a: 1 } },
    dir: directory.path,
    settings: stubSettings(stub),
  })
  for (const epoch of [0, 1]) {
    run.log({
      epoch,
      loss: 1 / (epoch + 1),
      'energy/epoch_kwh': 0.5,
      'energy/total_kwh': 0.5 * (epoch + 1),
      'energy/epoch_mean_watts': 1.8e6,
      'carbon/epoch_gco2eq': 20,
      'carbon/total_gco2eq': 20 * (epoch + 1),
    })
  }
  await expect.poll(() => stub.run(id).history.length).toBe(2)
  return run
}

describe('runs of a project', () => {
  it('are read back as the records that were logged, page by page, oldest first', async () => {
    const records = []
    for (const _run of [1, 2, 3]) records.push(await train(exporterTo(stub)))
    const runs = await read()
    expect(runs).toEqual({ records, leftOut: [] })
    expect(stub.requests.filter(({ kind }) => kind === 'Runs')).toHaveLength(2)
  })

  it('are put together from rows where they were killed, and say so', async () => {
    const run = await killedRun('cut')
    const { records } = await read()
    expect(records).toHaveLength(1)
    const [record] = records
    expect(record).toMatchObject({
      id: 'cut',
      name: 'killed',
      status: 'running',
      // Unknown bounds are wide and unknown parts are absent, not 0.
      energy: {
        total_kwh: { value: 1, low: 1 / 3, high: 3, tier: 'assumed' },
        components: { cpu: { reason: expect.any(String) }, gpu: { reason: expect.any(String) } },
      },
      grid: { g_per_kwh: { value: 40 } },
      params: { lr: 0.1 },
      epochs: [
        { index: 0, metrics: { loss: 1 }, energy_kwh: { value: 0.5 }, carbon_g: { value: 20 } },
        { index: 1, metrics: { loss: 0.5 }, energy_kwh: { value: 0.5 } },
      ],
    })
    expect(record!.epochs[0]!.carbon_g!.low).toBeCloseTo(20 / 3)
    expect(record!.warnings.map(({ code }) => code)).toContain('WANDB_NO_RECORD')
    await run.finish(1)
    expect((await read()).records[0]!.status).toBe('failed')
  })

  it('are read without their artifact, with bounds and place, if it is gone', async () => {
    const record = await train(exporterTo(stub))
    stub.state.artifacts.length = 0
    const [again] = (await read()).records
    expect(again).toMatchObject({
      id: record.id,
      status: 'finished',
      energy: {
        total_kwh: {
          value: record.energy.total_kwh!.value,
          low: record.energy.total_kwh!.low,
          tier: record.energy.total_kwh!.tier,
        },
      },
      grid: { zone: 'FR', g_per_kwh: { value: record.grid.g_per_kwh.value } },
      location: { country: 'FR' },
    })
    expect(again!.epochs.map(({ index }) => index)).toEqual([0, 1, 2])
  })

  it('without energy of ours are left out, with why', async () => {
    const run = await init({ project: 'p', id: 'plain', dir: directory.path, settings: stubSettings(stub) })
    run.log({ loss: 1 })
    await run.finish()
    const { leftOut } = await read()
    expect(leftOut).toEqual([{ run: 'plain', name: 'stub-run-1', reason: 'it logged no energy of ours' }])
  })

  it('of a wrong project or key are an error that says so', async () => {
    await expect(read('stub/p/q')).rejects.toThrow(/accepted: \[entity\/\]project/)
    const settings = { ...stubSettings(stub), apiKey: 'wrong000'.repeat(5) }
    await expect(readWandbRuns('stub/p', { settings })).rejects.toThrow(/refuses the API key/)
  })
})

describe('local files', () => {
  it('give the records of offline runs, moved or not, before and after they were uploaded', async () => {
    const folder = temporaryDirectory()
    const exporter = () =>
      wandb({ mode: 'offline', dir: folder.path, settings: { silent: true, disableGit: true } })
    const records = [await train(exporter()), await train(exporter())]
    const path = join(folder.path, 'wandb')
    expect(readWandbFiles(path)).toEqual({ records, leftOut: [] })

    await sync(path, { settings: { ...stubSettings(stub), project: 'p' } })
    // The copies are gone with the upload; what is in the file says the same, in less detail.
    const after = readWandbFiles(path).records
    expect(after.map(({ id, status }) => ({ id, status }))).toEqual(
      records.map(({ id }) => ({ id, status: 'finished' })),
    )
    expect(after.map(({ energy }) => energy.total_kwh!.value)).toEqual(
      records.map(({ energy }) => energy.total_kwh!.value),
    )
    expect((await read()).records.map(({ id }) => id).sort()).toEqual(records.map(({ id }) => id).sort())
    folder.remove()
  })

  it('give what a killed run logged, as killed', async () => {
    const folder = temporaryDirectory()
    const run = await init({ mode: 'offline', id: 'cut', dir: folder.path, settings: { silent: true } })
    run.log({ epoch: 0, 'energy/epoch_kwh': 0.5, 'energy/total_kwh': 0.5, 'energy/epoch_mean_watts': 1000 })
    expect(readWandbFiles(run.directory!).records).toMatchObject([
      { id: 'cut', status: 'killed', energy: { total_kwh: { value: 0.5 } }, epochs: [{ index: 0 }] },
    ])
    await run.finish()
    rmSync(folder.path, { recursive: true })
  })
})
