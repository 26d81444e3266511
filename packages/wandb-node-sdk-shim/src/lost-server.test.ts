// A server that goes away while a run logs: memory stays bounded, nothing is lost, and nothing hangs.
import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Artifact, init, sync } from './index.js'
import { rowsOf, stubSettings, temporaryDirectory } from './testing/fixture.js'
import { type Fault, STUB_API_KEY, type StubBackend, startStubBackend } from './testing/stub-backend.js'

const directory = temporaryDirectory()
afterAll(directory.remove)
let stub: StubBackend
beforeEach(async () => {
  stub = await startStubBackend()
})
afterEach(() => stub.close())

const ENTRY = fileURLToPath(new URL('../dist/index.js', import.meta.url))

/** 75 MB of rows while nobody takes them; prints what the heap grew by, in MB, and goes on once it is told to. */
const PROGRAM = `
import { init } from ${JSON.stringify(ENTRY)}
const run = await init({ project: 'p', id: 'far' })
run.log({ i: 0, text: 'x' })
await new Promise(resolve => setTimeout(resolve, 50))
gc()
const before = process.memoryUsage().heapUsed
for (let i = 1; i < 5000; i++) {
  run.log({ i, text: String(i).padEnd(15_000, 'x') })
  if (i % 100 === 0) await new Promise(resolve => setImmediate(resolve))
}
gc()
console.log(Math.round((process.memoryUsage().heapUsed - before) / 1e6))
await fetch(process.env.WANDB_BASE_URL + '/mend')
const { uploaded } = await run.finish()
console.log(uploaded)
`

describe('a server that is down for long', () => {
  it('costs a bounded amount of memory, and gets every row when it is back', async () => {
    const dir = mkdtempSync(join(directory.path, 'far-'))
    writeFileSync(join(dir, 'program.mjs'), PROGRAM)
    stub.fail('file_stream', ...new Array<Fault>(100_000).fill({ drop: 'before' }))
    stub.onOther = () => stub.mend('file_stream')
    const env = {
      PATH: process.env.PATH,
      HOME: dir,
      WANDB_BASE_URL: stub.url,
      WANDB_API_KEY: STUB_API_KEY,
      WANDB_SILENT: 'true',
      WANDB_DISABLE_GIT: 'true',
      WANDB_X_FILE_STREAM_TRANSMIT_INTERVAL: '0.01',
      WANDB_X_RETRY_WAIT_MIN: '0.05',
      WANDB_X_RETRY_WAIT_MAX: '0.05',
    }
    const out = await new Promise<string>((resolve, reject) => {
      const args = ['--expose-gc', 'program.mjs']
      execFile(process.execPath, args, { cwd: dir, env }, (error, stdout, stderr) =>
        error ? reject(new Error(stderr)) : resolve(stdout),
      )
    })
    const [grownMb, uploaded] = out.trim().split('\n')
    // 16 MiB are held, one request of 10 MiB may be under way as text and as bytes.
    expect(Number(grownMb)).toBeLessThan(50)
    expect(uploaded).toBe('true')
    expect(stub.problems).toEqual([])
    expect(stub.rows('far').map(row => row.i)).toEqual(Array.from({ length: 5000 }, (_row, i) => i))
  })
})

describe('a server that stops answering', () => {
  const KINDS = ['file_stream', 'CreateRunFiles', 'CreateArtifact', 'CreateArtifactFiles', 'upload']

  it.each(KINDS)('in %s does not hold up finish beyond its time, and sync brings the rest', async kind => {
    const dir = mkdtempSync(join(directory.path, 'hang-'))
    const settings = stubSettings(stub)
    const run = await init({ id: 'hang', project: 'p', dir, settings: { ...settings, finishTimeout: 0.4 } })
    stub.fail(kind, ...new Array<Fault>(50).fill({ hang: true }))
    for (let i = 0; i < 5; i++) run.log({ i })
    const artifact = new Artifact('late', 'test')
    artifact.addBuffer('a', 'content')
    await run.logArtifact(artifact)
    // A hang would last longer than a test may.
    expect(await run.finish()).toEqual({ exitCode: 0, uploaded: false })

    stub.mend(kind)
    expect(await sync(run.directory!, { settings })).toMatchObject([{ outcome: 'uploaded' }])
    expect(stub.problems).toEqual([])
    expect(stub.rows('hang')).toEqual(rowsOf(run.directory!))
    expect(stub.run('hang').exitCode).toBe(0)
    expect(stub.artifact('late').state).toBe('COMMITTED')
  })
})
