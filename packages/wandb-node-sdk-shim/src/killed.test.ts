// A process that is killed in the middle: what was logged is uploaded later, by W&B's sync programs and by ours.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { sync } from './index.js'
import { describeWithStock } from './testing/describe-stock.js'
import { rowsOf, stubSettings, temporaryDirectory } from './testing/fixture.js'
import { killedRun } from './testing/killed-run.js'
import { hasLegacySync } from './testing/stock-wandb.js'
import { STUB_API_KEY, type StubBackend, startStubBackend } from './testing/stub-backend.js'

const countsOf = (rows: readonly Record<string, unknown>[]) => rows.map(row => row.i)
const upTo = (length: number) => Array.from({ length }, (_row, index) => index)

const expectWhole = (stub: StubBackend, directory: string, id: string) => {
  const written = rowsOf(directory)
  expect(written.length).toBeGreaterThan(300)
  expect(countsOf(written)).toEqual(upTo(written.length))
  expect(stub.problems).toEqual([])
  expect(stub.rows(id)).toEqual(written)
  expect(stub.run(id).events.length).toBeGreaterThanOrEqual(Math.floor(written.length / 50))
  expect(stub.artifact('before').state).toBe('COMMITTED')
}

describeWithStock('an offline run whose process was killed', ({ stock, dir, stub, python }) => {
  let killed = ''
  beforeAll(async () => {
    killed = await killedRun({ dir, id: 'cut', env: { WANDB_MODE: 'offline' } })
  })
  /** W&B's sync deletes staged files, which the next one needs. */
  const copy = (folder: string): string => {
    const target = join(dir, folder, 'offline-run-20260101_000000-cut')
    cpSync(killed, target, { recursive: true })
    return target
  }

  it('is uploaded by our sync, as failed', async () => {
    const own = copy('ours')
    expect(await sync(own, { settings: stubSettings(stub()) })).toMatchObject([{ outcome: 'uploaded' }])
    expectWhole(stub(), own, 'cut')
    expect(stub().run('cut').exitCode).toBe(1)
  })

  const syncs = hasLegacySync(stock.version) ? ['sync --legacy', 'sync'] : ['sync']
  it.each(syncs)('is uploaded by wandb %s', async command => {
    // Last of all the original: these programs look for artifacts where the records say.
    const own = command === 'sync' ? killed : copy('legacy')
    await python('-m', 'wandb', ...command.split(' '), own)
    expectWhole(stub(), killed, 'cut')
    // The older program takes every run for finished well.
    expect(stub().run('cut').exitCode).toBe(command === 'sync' ? 1 : 0)
  })
})

describe('an online run whose process was killed', () => {
  it('goes on where the server stopped, by our sync', async () => {
    const directory = temporaryDirectory()
    const stub = await startStubBackend()
    const env = {
      WANDB_BASE_URL: stub.url,
      WANDB_API_KEY: STUB_API_KEY,
      WANDB_X_FILE_STREAM_TRANSMIT_INTERVAL: '0.01',
    }
    const received = () => [...stub.state.runs.values()][0]?.history.length ?? 0
    const killed = await killedRun({ dir: directory.path, id: 'live', env, until: () => received() > 50 })
    const before = received()
    const [result] = await sync(killed, { settings: stubSettings(stub) })
    expect(result).toMatchObject({ outcome: 'uploaded', rows: rowsOf(killed).length - before })
    expectWhole(stub, killed, 'live')
    expect(stub.run('live').exitCode).toBe(1)
    await stub.close()
    directory.remove()
  })
})
