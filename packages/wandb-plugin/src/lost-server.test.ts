// No server, by choice or by accident: what is kept in files is read back, and uploaded later.
import net from 'node:net'
import type { ExportedRun, RunEvent, RunRecord } from '@epochwatt/core'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sync } from 'wandb-node-sdk-shim'
import {
  bodiesOf,
  logOf,
  rowsOf,
  stubSettings,
  summaryOf,
  temporaryDirectory,
} from '../../wandb-node-sdk-shim/src/testing/fixture.js'
import { type StubBackend, startStubBackend } from '../../wandb-node-sdk-shim/src/testing/stub-backend.js'
import type { WandbExporterOptions } from './options.js'
import {
  busyFor,
  clearWandbVariables,
  directory,
  expectedTotals,
  exporterTo,
  train,
  values,
  warningsOf,
} from './testing/training.js'
import { wandb } from './wandb.js'

afterAll(directory.remove)

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

const online = (options: WandbExporterOptions = {}) => exporterTo(stub, options)

describe('an offline run', () => {
  it('holds everything in its file, and opens no socket', async () => {
    const connect = vi.spyOn(net.Socket.prototype, 'connect')
    const fetched = vi.spyOn(globalThis, 'fetch')
    const folder = temporaryDirectory()
    const exporter = wandb({
      mode: 'offline',
      dir: folder.path,
      settings: { silent: true, disableGit: true },
    })
    const record = await train(exporter)
    expect(connect).not.toHaveBeenCalled()
    expect(fetched).not.toHaveBeenCalled()

    const path = `${folder.path}/wandb/latest-run`
    expect(logOf(path)).toContain(record.id)
    const rows = rowsOf(path)
    expect(values(rows, 'epoch')).toEqual([0, 1, 2])
    expect(values(rows, 'loss')).toEqual([1, 1 / 2, 1 / 3])
    expect(values(rows, 'energy/epoch_kwh')).toHaveLength(3)
    expect(summaryOf(path)).toMatchObject({ ...expectedTotals(record), accuracy: 0.9 })
    const bodies = bodiesOf(path)
    expect(bodies.filter(body => body.case === 'stats').length).toBeGreaterThan(0)
    const artifacts = bodies.flatMap(body => (body.case === 'artifact' ? [body.value] : []))
    expect(artifacts).toMatchObject([{ name: `energy-${record.id}`, type: 'energy-report' }])
    expect(bodies.find(body => body.case === 'exit')).toMatchObject({ value: { exitCode: 0 } })

    // And the file is good for what it is kept for.
    vi.restoreAllMocks()
    await sync(path, { settings: stubSettings(stub) })
    const uploaded = [...stub.state.runs.values()].find(({ name }) => name === record.id)!
    expect(JSON.parse(uploaded.summary)).toMatchObject(expectedTotals(record))
    expect(stub.artifact(`energy-${record.id}`).state).toBe('COMMITTED')
    folder.remove()
  })
})

describe('a server that is down', () => {
  it('lets the training go on, and the record is kept', async () => {
    let record: RunRecord | undefined
    await stub.close()
    const warned = await warningsOf(async () => {
      record = await train(online({ settings: { initTimeout: 0.2 } }))
    })
    expect(record).toMatchObject({ status: 'finished', epochs: [{}, {}, {}] })
    expect(record!.energy.total_kwh!.value).toBeGreaterThan(0)
    expect(warned).toMatch(/exporter wandb did not deliver 5 event\(s\): .+ECONNREFUSED/)
  })

  it('gets what it missed from the files, if it went down on the way', async () => {
    const folder = temporaryDirectory()
    const path = `${folder.path}/wandb/latest-run`
    let record: RunRecord | undefined
    const warned = await warningsOf(async () => {
      record = await train(online({ dir: folder.path, settings: { finishTimeout: 0.5 } }), {
        afterEpoch: async index => {
          if (index !== 0) return
          await vi.waitFor(() => expect(stub.state.runs.size).toBe(1), { timeout: 20_000 })
          void stub.close()
        },
      })
    })
    expect(warned).toContain('to upload the rest: npx wandb-sync')
    expect(values(rowsOf(path), 'loss')).toEqual([1, 1 / 2, 1 / 3])

    stub = await startStubBackend()
    await sync(path, { settings: stubSettings(stub) })
    expect(values(stub.rows(record!.id), 'loss')).toEqual([1, 1 / 2, 1 / 3])
    expect(JSON.parse(stub.run(record!.id).summary)).toMatchObject(expectedTotals(record!))
    folder.remove()
  })

  it('is found when it comes up later, and has one run then', async () => {
    stub.fail('UpsertBucket', { status: 403 })
    const record = await train(online(), { afterEpoch: () => busyFor(200) })
    expect([...stub.state.runs.values()].map(({ name }) => name)).toEqual([record.id])
    expect(values(stub.rows(record.id), 'epoch')).toEqual([0, 1, 2])
  })
})

describe('a run whose process was killed', () => {
  const startMs = Date.now() - 3_600_000
  const run: ExportedRun = {
    id: 'killed',
    name: 'killed',
    project: 'p',
    startedAt: new Date(startMs).toISOString(),
    params: {},
    tags: {},
  }
  const epochAt = (seq: number, seconds: number): RunEvent => ({
    type: 'window',
    seq,
    timeMs: startMs + seconds * 1000,
    name: 'epoch',
    attributes: { index: seq },
    durationSeconds: 1,
    figures: {},
    totals: {},
    metrics: { loss: seq },
  })
  const powerAt = (seq: number, seconds: number): RunEvent => ({
    type: 'power',
    scope: 'process',
    seq,
    timeMs: startMs + seconds * 1000,
    index: seq,
    durationSeconds: 1,
    powerWatts: { total: seq },
    gpuPowerWatts: [],
    totals: {},
  })

  it('has its rows and system metrics once, at the times at which they happened', async () => {
    const events = [powerAt(1, 1), powerAt(2, 2), epochAt(3, 1.5), powerAt(4, 3), epochAt(5, 2.5)]
    const first = online()
    await first.start?.(run)
    await first.export(events.slice(0, 3))
    await vi.waitFor(() => expect(stub.run('killed').events).toHaveLength(2))
    await vi.waitFor(() => expect(stub.rows('killed')).toHaveLength(1))
    // Nobody ends it: what came next is told by a later process, from the beginning.
    const later = online()
    await later.start?.(run)
    await later.export(events)
    await later.shutdown()
    const rows = stub.rows('killed')
    expect(rows).toMatchObject([
      { _step: 0, loss: 3, _runtime: 1.5, _timestamp: startMs / 1000 + 1.5 },
      { _step: 1, loss: 5, _runtime: 2.5, _timestamp: startMs / 1000 + 2.5 },
    ])
    const system = stub.run('killed').events.map(line => JSON.parse(line) as Record<string, unknown>)
    expect(system).toMatchObject([1, 2, 3].map(seconds => ({ _runtime: seconds })))
    expect(system.map(point => point['system.epochwatt.powerWatts'])).toEqual([1, 2, 4])
    await first.shutdown()
  })
})
