// Runs that somebody else keeps, on a server that speaks W&B's protocol.
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { init, type Run } from 'wandb-node-sdk-shim'
import { stubSettings } from '../../wandb-node-sdk-shim/src/testing/fixture.js'
import { type StubBackend, startStubBackend } from '../../wandb-node-sdk-shim/src/testing/stub-backend.js'
import { clearWandbVariables, directory, expectedTotals, train, values } from './testing/training.js'
import { wandb } from './wandb.js'

afterAll(directory.remove)
const dir = directory.path

let stub: StubBackend
beforeEach(async () => {
  clearWandbVariables()
  stub = await startStubBackend()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  expect(stub.problems).toEqual([])
  await stub.close()
})

describe('a run that somebody else keeps', () => {
  const start = (): Promise<Run> => init({ project: 'p', id: 'theirs', dir, settings: stubSettings(stub) })

  it('gets the figures, keeps its own loss and config, and is left open', async () => {
    const run = await start()
    run.config.update({ optimizer: 'adam' })
    const record = await train(wandb({ run }), {
      afterEpoch: index => run.log({ loss: 10 + index, epoch: index }),
    })
    expect(stub.run('theirs').exitCode).toBeUndefined()
    run.log({ afterwards: 1 })
    await run.finish(7)
    expect(stub.run('theirs').exitCode).toBe(7)
    const rows = stub.rows('theirs')
    expect(values(rows, 'loss')).toEqual([10, 11, 12])
    expect(values(rows, 'afterwards')).toEqual([1])
    expect(values(rows, 'energy/epoch_kwh')).toHaveLength(3)
    // In their rows, not beside them.
    expect(rows.slice(0, 3).every(row => 'loss' in row && 'energy/epoch_kwh' in row)).toBe(true)
    expect(JSON.parse(stub.run('theirs').summary)).toMatchObject(expectedTotals(record))
    const { config } = stub.run('theirs')
    expect(Object.keys(config).sort()).toEqual(['_wandb', 'epochwatt', 'optimizer'])
    expect(stub.artifact(`energy-${record.id}`).state).toBe('COMMITTED')
  })

  it('loses nothing that its owner logs by step, however late', async () => {
    const run = await start()
    await train(wandb({ run }), { afterEpoch: index => run.log({ loss: index }, { step: index }) })
    await run.finish()
    const rows = stub.rows('theirs')
    expect(values(rows, 'loss')).toEqual([0, 1, 2])
    expect(values(rows, 'energy/epoch_kwh')).toHaveLength(3)
  })

  it('has every epoch even if its owner logs nothing', async () => {
    const run = await start()
    const record = await train(wandb({ run, stepMetric: 'round' }))
    await run.finish()
    expect(values(stub.rows('theirs'), 'round')).toEqual([0, 1, 2])
    expect(JSON.parse(stub.run('theirs').summary)).toMatchObject(expectedTotals(record))
  })

  it('may be of any make that can log', async () => {
    const rows: Readonly<Record<string, unknown>>[] = []
    const config: object[] = []
    const summary: object[] = []
    const record = await train(
      wandb({
        run: {
          log: async row => void rows.push(row),
          config: { update: async more => void config.push(more) },
          summary: { update: async more => void summary.push(more) },
        },
      }),
    )
    expect(rows.map(row => row.epoch)).toEqual([0, 1, 2])
    expect(rows[0]).not.toHaveProperty('loss')
    expect(config).toMatchObject([{ epochwatt: { run_id: record.id } }])
    expect(summary).toMatchObject([expectedTotals(record)])
  })
})
