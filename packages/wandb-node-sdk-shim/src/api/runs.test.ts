import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Artifact, init, type RemoteRun, readRuns } from '../index.js'
import { describeWithStock } from '../testing/describe-stock.js'
import { stubSettings, temporaryDirectory } from '../testing/fixture.js'
import { type StubBackend, startStubBackend } from '../testing/stub-backend.js'

const directory = temporaryDirectory()
afterAll(directory.remove)

const logRun = async (stub: StubBackend, id: string, rows: number, exitCode = 0) => {
  const run = await init({
    project: 'p',
    id,
    config: { lr: 0.1, deep: { a: [1, 2] } },
    tags: ['t'],
    notes: 'n',
    dir: directory.path,
    settings: stubSettings(stub),
  })
  for (let i = 0; i < rows; i++) run.log({ i, ...(i % 2 === 0 && { even: i }), odd: Number.NaN })
  return run.finish(exitCode)
}

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('runs of a server', () => {
  let stub: StubBackend
  beforeEach(async () => {
    stub = await startStubBackend()
  })
  afterEach(async () => {
    expect(stub.problems).toEqual([])
    await stub.close()
  })
  const read = (path = 'stub/p', runsPerPage = 2): Promise<RemoteRun[]> =>
    collect(readRuns(path, { settings: stubSettings(stub), runsPerPage }))

  it('come page by page, with config, summary and state', async () => {
    for (const [index, id] of ['a', 'b', 'c'].entries()) await logRun(stub, id, index + 1, index)
    const runs = await read()
    expect(runs.map(({ id, state }) => [id, state])).toEqual([
      ['a', 'finished'],
      ['b', 'failed'],
      ['c', 'failed'],
    ])
    expect(runs[0]).toMatchObject({
      name: 'stub-run-1',
      entity: 'stub',
      project: 'p',
      config: { lr: 0.1, deep: { a: [1, 2] } },
      summary: { i: 0, odd: Number.NaN },
      tags: ['t'],
      notes: 'n',
      url: `${stub.url}/stub/p/runs/a`,
    })
    expect(Math.abs(runs[0]!.createdAt!.getTime() - Date.now())).toBeLessThan(60_000)
    expect(stub.requests.filter(({ kind }) => kind === 'Runs')).toHaveLength(2)
    // The owner of the key, where none is named.
    expect((await read('p')).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })

  it('have their history, of any length, row for row', async () => {
    await logRun(stub, 'long', 2500)
    const [run] = await read()
    const rows = await collect(run!.history())
    expect(rows).toEqual(stub.rows('long'))
    expect(stub.requests.filter(({ kind }) => kind === 'HistoryPage')).toHaveLength(3)
    expect(await collect(run!.history({ keys: ['even'] }))).toHaveLength(1250)
  })

  it('have their history in few requests, however far apart its steps are', async () => {
    const run = await init({ project: 'p', id: 'sparse', dir: directory.path, settings: stubSettings(stub) })
    for (const step of [0, 5, 1_800_000_000]) run.log({ step }, { step })
    await run.finish()
    const [remote] = await read()
    expect((await collect(remote!.history())).map(row => row.step)).toEqual([0, 5, 1_800_000_000])
    expect(stub.requests.filter(({ kind }) => kind === 'HistoryPage').length).toBeLessThanOrEqual(100)
  })

  it('have artifacts, of which single files can be read', async () => {
    const file = join(directory.path, 'file.txt')
    writeFileSync(file, 'content')
    const run = await init({ project: 'p', id: 'r', dir: directory.path, settings: stubSettings(stub) })
    const artifact = new Artifact('data', 'dataset')
    artifact.addFile(file, { name: 'deep/file.txt' })
    artifact.addReference('https://example.invalid/x')
    await run.logArtifact(artifact)
    await run.finish()
    const [remote] = await read()
    const found = await remote!.artifact('data:latest')
    expect(new TextDecoder().decode(await found!.read('deep/file.txt'))).toBe('content')
    expect(await found!.read('x')).toBeUndefined()
    expect(await remote!.artifact('nothing')).toBeUndefined()
  })

  it.each(['', 'a/b/c', '/p', 'a/'])('are not looked for at %j', async path => {
    await expect(read(path)).rejects.toThrow(/accepted: \[entity\/\]project/)
  })
})

const API = `
import json, wandb
runs = wandb.Api().runs('stub/p', per_page=1)
print(json.dumps([[r.id, r.state, r.config, r.summary.get('i'), r.history(pandas=False)] for r in runs]))
`

describeWithStock("W&B's own reading of our runs", ({ stub, python }) => {
  it('finds what we logged, from a stub that is therefore like a server here too', async () => {
    await logRun(stub(), 'one', 3)
    await logRun(stub(), 'two', 2, 1)
    // Its own remarks stand around it.
    const said = (await python('-c', API)).split('\n').find(line => line.startsWith('[['))!
    const read = JSON.parse(said.replaceAll('NaN', 'null'))
    expect(stub().problems).toEqual([])
    const rowsOf = (id: string) => JSON.parse(JSON.stringify(stub().rows(id)))
    const config = { lr: 0.1, deep: { a: [1, 2] } }
    expect(read).toEqual([
      ['one', 'finished', config, 2, rowsOf('one')],
      ['two', 'failed', config, 1, rowsOf('two')],
    ])
  })
})
