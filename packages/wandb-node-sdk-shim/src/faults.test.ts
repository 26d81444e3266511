import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Artifact, type InitOptions, init, type Run, type SettingsInput, WandbError } from './index.js'
import { rowsOf, stubSettings, temporaryDirectory } from './testing/fixture.js'
import { type Fault, type StubBackend, startStubBackend } from './testing/stub-backend.js'

const directory = temporaryDirectory()
afterAll(directory.remove)

let stub: StubBackend
beforeEach(async () => {
  stub = await startStubBackend()
})
afterEach(() => stub.close())

const start = (options: InitOptions = {}, settings: SettingsInput = {}): Promise<Run> =>
  init({ project: 'p', dir: directory.path, ...options, settings: { ...stubSettings(stub), ...settings } })

const failure = async (promise: Promise<unknown>): Promise<WandbError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(WandbError)
  return error as WandbError
}

const FAULTS: [string, Fault[]][] = [
  ['429 with Retry-After', [{ status: 429, headers: { 'retry-after': '0.05' } }, { status: 429 }]],
  ['500 and 503', [{ status: 500 }, { status: 503, body: 'come again' }]],
  ['a connection dropped before the answer', [{ drop: 'before' }]],
  ['a connection dropped after the work was done', [{ drop: 'after' }, { drop: 'after' }]],
  ['a slow answer', [{ delayMs: 150 }]],
]

describe.each(FAULTS)('%s', (_name, faults) => {
  it('loses no row and doubles none', async () => {
    const run = await start({ id: 'rows' })
    stub.fail('file_stream', ...faults)
    for (let i = 0; i < 20; i++) {
      run.log({ i })
      if (i % 5 === 0) await new Promise(resolve => setTimeout(resolve, 15))
    }
    expect(await run.finish()).toMatchObject({ uploaded: true })
    expect(stub.problems).toEqual([])
    expect(stub.rows('rows').map(row => row.i)).toEqual(Array.from({ length: 20 }, (_row, i) => i))
    expect(stub.run('rows').exitCode).toBe(0)
  })

  it('delays init, files and artifacts, and no more', async () => {
    for (const kind of [
      'UpsertBucket',
      'CreateRunFiles',
      'upload',
      'CreateArtifactFiles',
      'CommitArtifact',
    ]) {
      stub.fail(kind, ...faults)
    }
    const run = await start({ id: 'other' })
    const artifact = new Artifact('fragile', 'test')
    artifact.addBuffer('a', 'content')
    await run.logArtifact(artifact)
    expect(await run.finish()).toMatchObject({ uploaded: true })
    expect(stub.artifact('fragile')).toMatchObject({ state: 'COMMITTED' })
    expect(stub.run('other').files.size).toBe(3)
  })
})

describe('a server that is no server', () => {
  it('takes a page in place of JSON for a broken connection, in GraphQL', async () => {
    stub.fail('UpsertBucket', { status: 200, body: '<html>proxy login</html>' })
    const run = await start()
    expect(await run.finish()).toMatchObject({ uploaded: true })
  })

  it('sends rows and files again that were answered by a page', async () => {
    const page = { status: 200, body: '<!DOCTYPE html><title>Sign in</title>' }
    stub.fail('file_stream', page)
    stub.fail('upload', page)
    const run = await start({ id: 'portal' })
    run.log({ a: 1 })
    expect(await run.finish()).toMatchObject({ uploaded: true })
    expect(stub.rows('portal')).toHaveLength(1)
    expect(stub.run('portal').files.size).toBe(3)
  })

  it('sends rows and files again that were redirected without end, or to nowhere', async () => {
    const path = join(directory.path, 'weights.bin')
    writeFileSync(path, 'weights')
    const circle = { status: 307, headers: { location: '' } }
    for (const redirects of [Array<Fault>(21).fill(circle), [{ status: 307 }], [circle]]) {
      const id = `redirected-${redirects.length}-${redirects[0] === circle}`
      for (const kind of ['file_stream', 'upload', 'CommitArtifact']) stub.fail(kind, ...redirects)
      const run = await start({ id })
      run.log({ a: 1 })
      // A file of the user's goes from the disk, others from memory.
      const artifact = new Artifact(id, 'test')
      artifact.addFile(path)
      await run.logArtifact(artifact)
      expect(await run.finish()).toMatchObject({ uploaded: true })
      expect(stub.problems).toEqual([])
      expect(stub.rows(id)).toHaveLength(1)
      expect(stub.artifact(id)).toMatchObject({ state: 'COMMITTED' })
      expect(stub.run(id).files.size).toBe(3)
    }
  })

  it.each([
    ['spaces', ' '.repeat(3e6)],
    ['a sentence', 'Please sign in.'],
    ['half of an object', '{"limits":{'],
  ])(
    'sends rows again that were answered by %s, and files unless it may be a store’s',
    async (name, body) => {
      const id = `odd-${name.length}`
      stub.fail('file_stream', { status: 200, body })
      if (!body.startsWith('{')) stub.fail('upload', { status: 200, body })
      const run = await start({ id })
      run.log({ a: 1 })
      expect(await run.finish()).toMatchObject({ uploaded: true })
      expect(stub.problems).toEqual([])
      expect(stub.rows(id)).toHaveLength(1)
      expect(stub.run(id).files.size).toBe(3)
    },
  )

  it('takes rows for accepted that are answered by the same odd body each time', async () => {
    const run = await start({ id: 'odd' })
    stub.streamAnswer.body = 'not json'
    run.log({ a: 1 })
    expect(await run.finish()).toMatchObject({ uploaded: true })
    expect(stub.rows('odd')).toHaveLength(1)
  })

  it('skips files that get no address', async () => {
    const run = await start({ id: 'refused' })
    stub.refusedFiles.add('config.yaml')
    expect(await run.finish()).toMatchObject({ uploaded: true })
    expect([...stub.run('refused').files.keys()].sort()).toEqual([
      'wandb-metadata.json',
      'wandb-summary.json',
    ])
  })
})

describe('init', () => {
  it('names a refused key at once', async () => {
    const error = await failure(start({}, { apiKey: 'wrong000'.repeat(5) }))
    expect(error).toMatchObject({ code: 'AUTHENTICATION' })
    expect(error.message).toMatch(/refuses the API key/)
    expect(stub.requests).toHaveLength(1)
  })

  it('says where a key can be put', async () => {
    const home = mkdtempSync(join(directory.path, 'home-'))
    const before = { HOME: process.env.HOME, NETRC: process.env.NETRC, key: process.env.WANDB_API_KEY }
    process.env.HOME = home
    process.env.NETRC = join(home, 'netrc')
    delete process.env.WANDB_API_KEY
    const error = await failure(start({}, { apiKey: undefined as never }))
    if (before.HOME) process.env.HOME = before.HOME
    if (before.NETRC === undefined) delete process.env.NETRC
    if (before.key) process.env.WANDB_API_KEY = before.key
    expect(error).toMatchObject({ code: 'AUTHENTICATION' })
    expect(error.message).toMatch(/WANDB_API_KEY.*netrc.*offline/)
  })

  it('names a wrong entity at once', async () => {
    const error = await failure(start({ entity: 'nobody' }))
    expect(error).toMatchObject({ code: 'COMMUNICATION' })
    expect(error.message).toMatch(/UpsertBucket.*entity nobody not found/)
  })

  it('gives up after its timeout, with the last error, and leaves no directory', async () => {
    const dir = mkdtempSync(join(directory.path, 'timeout-'))
    stub.fail('UpsertBucket', ...Array.from({ length: 1000 }, () => ({ status: 500, body: 'on fire' })))
    const error = await failure(start({ dir }, { initTimeout: 0.3 }))
    expect(error).toMatchObject({ code: 'COMMUNICATION' })
    expect(error.message).toMatch(/no answer within 0.3 s.*last error was.*HTTP 500: on fire/)
    expect(readdirSync(join(dir, 'wandb'))).toEqual([])
  })

  it('gives up after its timeout when nothing answers at all', async () => {
    stub.fail('UpsertBucket', { hang: true })
    expect((await failure(start({}, { initTimeout: 0.2 }))).message).toMatch(/no answer within 0.2 s/)
  })

  it('names a server that is not there', async () => {
    await stub.close()
    const error = await failure(start({}, { initTimeout: 0.3 }))
    expect(error.message).toMatch(/ECONNREFUSED/)
  })
})

describe('finish', () => {
  it('does not outlast its timeout, and leaves the run to be synced', async () => {
    const run = await start({ id: 'stuck' }, { finishTimeout: 0.3 })
    stub.fail('file_stream', ...Array.from({ length: 10 }, () => ({ hang: true }) as const))
    run.log({ a: 1 })
    const artifact = new Artifact('never', 'test')
    artifact.addBuffer('a', 'b')
    await run.logArtifact(artifact)
    expect(await run.finish(1)).toEqual({ exitCode: 1, uploaded: false })
    expect(rowsOf(run.directory!)).toHaveLength(1)
    expect(existsSync(join(run.directory!, 'run-stuck.wandb.synced'))).toBe(false)
    // Waiting for an upload that will not come must end as well.
    await artifact.wait()
  })

  it('reports what an error without remedy left out', async () => {
    const run = await start({ id: 'gone' })
    stub.fail('file_stream', { status: 404, body: 'run deleted' })
    run.log({ a: 1 })
    expect(await run.finish()).toMatchObject({ uploaded: false })
    expect(rowsOf(run.directory!)).toHaveLength(1)
  })

  it('reports an artifact that was not taken, and uploads the rest', async () => {
    const run = await start({ id: 'rest' })
    stub.fail('CreateArtifact', { status: 403, body: 'no' })
    const artifact = new Artifact('refused', 'test')
    artifact.addBuffer('a', 'b')
    await run.logArtifact(artifact)
    run.log({ a: 1 })
    expect(await artifact.id()).toBeUndefined()
    expect(await run.finish()).toMatchObject({ uploaded: false })
    expect(stub.rows('rest')).toHaveLength(1)
    expect(stub.run('rest').exitCode).toBe(0)
  })
})
