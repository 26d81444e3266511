import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, renameSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Artifact, type InitOptions, init, type Run, sync, Table } from '../index.js'
import { parseExtended } from '../json/extended-json.js'
import { logOf, rowsOf, stubSettings, temporaryDirectory } from '../testing/fixture.js'
import { STUB_API_KEY, type StubBackend, startStubBackend } from '../testing/stub-backend.js'

const directory = temporaryDirectory()
afterAll(directory.remove)

let stub: StubBackend
beforeEach(async () => {
  stub = await startStubBackend()
})
afterEach(async () => {
  expect(stub.problems).toEqual([])
  await stub.close()
})

const offline = (options: InitOptions = {}): Promise<Run> =>
  init({
    mode: 'offline',
    project: 'p',
    dir: mkdtempSync(join(directory.path, 'run-')),
    ...options,
    settings: { silent: true, disableGit: true },
  })

const settings = () => stubSettings(stub)

describe('sync', () => {
  it('uploads an offline run whole, artifacts and tables included, without an entity in the file', async () => {
    const run = await offline({ id: 'off', config: { lr: 0.1 }, tags: ['t'] })
    run.log({ a: 1, table: new Table({ columns: ['x'], data: [[1]] }) })
    run.log({ a: Number.NaN })
    run.summary.set('best', 2)
    run.logSystem({ 'cpu.powerWatts': 20 })
    const artifact = new Artifact('data', 'dataset')
    artifact.addBuffer('a/b.txt', 'test')
    artifact.addBuffer('energy.json', '{}')
    await run.logArtifact(artifact)
    await run.finish(5)
    // Over lines `path:md5` in the order of their code points, under a heading.
    expect(artifact.digest).toBe('05858d594e27fd96eeb27f6ef0f169b3')

    const [result] = await sync(run.directory!, { settings: settings() })
    expect(result).toMatchObject({
      id: 'off',
      outcome: 'uploaded',
      rows: 2,
      url: `${stub.url}/stub/p/runs/off`,
    })
    expect(stub.rows('off')).toEqual(rowsOf(run.directory!))
    expect(stub.run('off')).toMatchObject({ exitCode: 5, tags: ['t'] })
    expect(parseExtended(stub.run('off').summary)).toMatchObject({ best: 2 })
    expect(stub.run('off').events).toHaveLength(1)
    expect(stub.artifact('data')).toMatchObject({ state: 'COMMITTED', digest: artifact.digest })
    expect(stub.artifact('run-off-table')).toMatchObject({ state: 'COMMITTED' })
  })

  it('skips what is marked as uploaded, unless told otherwise, and then sends no row twice', async () => {
    const run = await offline({ id: 'twice' })
    run.log({ a: 1 })
    await run.finish()
    await sync(run.directory!, { settings: settings() })
    expect(await sync(run.directory!, { settings: settings() })).toMatchObject([
      { outcome: 'skipped', rows: 0 },
    ])
    const again = await sync(run.directory!, { settings: settings(), includeSynced: true })
    expect(again).toMatchObject([{ outcome: 'uploaded', rows: 0 }])
    expect(stub.rows('twice')).toHaveLength(1)
  })

  it('uploads a whole folder of runs', async () => {
    const dir = mkdtempSync(join(directory.path, 'many-'))
    for (const id of ['one', 'two', 'three']) {
      const run = await offline({ id, dir })
      run.log({ id })
      await run.finish()
    }
    const results = await sync(join(dir, 'wandb'), { settings: settings() })
    expect(results.map(({ outcome }) => outcome)).toEqual(['uploaded', 'uploaded', 'uploaded'])
    expect(['one', 'two', 'three'].map(id => stub.rows(id)[0]!.id)).toEqual(['one', 'two', 'three'])
  })

  it('finds the copies of artifacts after the directory was moved', async () => {
    const run = await offline({ id: 'moved' })
    const artifact = new Artifact('data', 'dataset')
    artifact.addBuffer('a', 'content')
    await run.logArtifact(artifact)
    await run.finish()
    const moved = join(directory.path, 'elsewhere')
    renameSync(run.directory!, moved)
    expect(await sync(moved, { settings: settings() })).toMatchObject([{ outcome: 'uploaded' }])
    expect(stub.artifact('data')).toMatchObject({ state: 'COMMITTED' })
  })

  it('marks a run that never said how it ended as failed', async () => {
    const run = await offline({ id: 'cut' })
    for (let i = 0; i < 10; i++) run.log({ i, long: 'x'.repeat(10_000) })
    const copy = join(directory.path, 'offline-run-20260101_000000-cut')
    cpSync(run.directory!, copy, { recursive: true })
    truncateSync(logOf(copy), readFileSync(logOf(copy)).length - 5000)
    await run.finish()
    expect(await sync(copy, { settings: settings() })).toMatchObject([{ outcome: 'uploaded', rows: 9 }])
    expect(stub.run('cut').exitCode).toBe(1)
  })

  it('uploads a file of more rows than memory is to hold, and only those that are missing', async () => {
    const run = await offline({ id: 'large' })
    const row = (i: number) => run.log({ i, text: String(i).padEnd(15_000, 'x') })
    for (let i = 0; i < 3; i++) row(i)
    const part = join(directory.path, 'offline-run-20260101_000000-large')
    cpSync(run.directory!, part, { recursive: true })
    for (let i = 3; i < 1300; i++) row(i)
    await run.finish()
    expect(await sync(part, { settings: settings() })).toMatchObject([{ rows: 3 }])
    expect(await sync(run.directory!, { settings: settings() })).toMatchObject([
      { outcome: 'uploaded', rows: 1297 },
    ])
    expect(stub.rows('large').map(({ i }) => i)).toEqual(Array.from({ length: 1300 }, (_row, i) => i))
  })

  it('goes on where a crashed online run stopped', async () => {
    const run = await init({
      id: 'crashed',
      project: 'p',
      dir: mkdtempSync(join(directory.path, 'online-')),
      settings: { ...settings(), finishTimeout: 0.2 },
    })
    for (let i = 0; i < 5; i++) run.log({ i })
    run.logSystem({ 'cpu.powerWatts': 1 }, { timestamp: new Date(Date.now() - 1000) })
    await expect.poll(() => stub.run('crashed').history.length + stub.run('crashed').events.length).toBe(6)
    stub.fail('file_stream', ...Array.from({ length: 50 }, () => ({ hang: true }) as const))
    for (let i = 5; i < 8; i++) run.log({ i })
    run.logSystem({ 'cpu.powerWatts': 2 })
    expect(await run.finish()).toMatchObject({ uploaded: false })
    stub = await moveTo(stub)
    expect(await sync(run.directory!, { settings: settings() })).toMatchObject([
      { outcome: 'uploaded', rows: 3 },
    ])
    expect(stub.rows('crashed').map(row => row.i)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(stub.run('crashed').events).toHaveLength(2)
  })

  it('adds the rows of another process under the same id', async () => {
    for (const part of [1, 2]) {
      const run = await offline({ id: 'shared' })
      run.log({ part })
      await run.finish()
      await sync(run.directory!, { settings: settings() })
    }
    expect(stub.rows('shared').map(row => row.part)).toEqual([1, 2])
  })

  it('names what is no run', async () => {
    await expect(sync(join(directory.path, 'nothing'), { settings: settings() })).rejects.toThrow(
      /There is no/,
    )
    const file = fileURLToPath(import.meta.url)
    await expect(sync(file, { settings: settings() })).rejects.toThrow(/not a \.wandb file/)
  })
})

/** The same server without the faults that were queued: the network is back. */
const moveTo = async (old: StubBackend): Promise<StubBackend> => {
  const fresh = await startStubBackend()
  for (const [key, run] of old.state.runs) fresh.state.runs.set(key, run)
  await old.close()
  return fresh
}

describe('the command', () => {
  const run = (args: string[], env: Record<string, string> = {}) =>
    new Promise<{ code: number; out: string }>(resolve => {
      const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
      const options = {
        cwd: directory.path,
        env: { PATH: process.env.PATH, HOME: directory.path, WANDB_SILENT: 'true', ...env },
      }
      execFile(process.execPath, [cli, ...args], options, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, out: stdout + stderr }),
      )
    })

  it('uploads, and says what it uploaded', async () => {
    const own = await offline({ id: 'cli' })
    own.log({ a: 1 })
    await own.finish()
    const result = await run([own.directory!], { WANDB_BASE_URL: stub.url, WANDB_API_KEY: STUB_API_KEY })
    expect(result).toMatchObject({ code: 0 })
    expect(result.out).toBe(`uploaded\tcli\t${stub.url}/stub/p/runs/cli\t1 rows\n`)
    expect(stub.rows('cli')).toHaveLength(1)
  })

  it('exits 2 for wrong usage and 1 for what fails', async () => {
    expect(await run(['--all'])).toMatchObject({ code: 2, out: expect.stringMatching(/no option --all/) })
    expect(await run(['nowhere'])).toMatchObject({
      code: 1,
      out: expect.stringMatching(/There is no nowhere/),
    })
    expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringMatching(/^Usage/) })
  })
})
