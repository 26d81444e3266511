import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { Artifact, Image, type InitOptions, init, sync, Table, VERSION } from './index.js'
import { bodiesOf, rowsOf, summaryOf, temporaryDirectory } from './testing/fixture.js'

const directory = temporaryDirectory()
afterAll(directory.remove)

const start = (options: InitOptions = {}) =>
  init({
    mode: 'offline',
    project: 'p',
    dir: directory.path,
    ...options,
    settings: { silent: true, disableGit: true, ...options.settings },
  })

/** A program of the built package, in a process of its own. */
const program = (dir: string, body: string): string => {
  const path = join(dir, 'program.mjs')
  const entry = fileURLToPath(new URL('../dist/index.js', import.meta.url))
  writeFileSync(path, `import { init } from ${JSON.stringify(entry)}\n${body}`)
  return path
}

describe('an offline run', () => {
  it('opens no socket, resolves no name, fetches nothing', async () => {
    const connect = vi.spyOn(net.Socket.prototype, 'connect')
    const fetched = vi.spyOn(globalThis, 'fetch')
    const run = await start()
    run.log({ a: 1, image: new Image({ data: new Uint8Array(3), width: 1, height: 1 }) })
    run.log({ table: new Table({ columns: ['a'], data: [[1]] }) })
    const artifact = new Artifact('a', 'b')
    artifact.addBuffer('x', 'y')
    artifact.addReference('https://example.invalid/x')
    await run.logArtifact(artifact)
    run.alert({ title: 't', text: 't' })
    await expect(run.useArtifact('x:latest')).rejects.toThrow(/needs an online run/)
    await run.finish()
    expect(connect).not.toHaveBeenCalled()
    expect(fetched).not.toHaveBeenCalled()
    connect.mockRestore()
    fetched.mockRestore()
  })

  it('needs no key, no project, no option', async () => {
    const dir = mkdtempSync(join(directory.path, 'bare-'))
    const run = await start({ dir, project: undefined as never })
    expect(run).toMatchObject({
      project: 'uncategorized',
      entity: '',
      url: undefined,
      stopped: false,
      resumed: false,
    })
    expect(run.id).toMatch(/^[a-z0-9]{8}$/)
    expect(run.directory).toMatch(new RegExp(`wandb.offline-run-\\d{8}_\\d{6}-${run.id}$`))
    expect(await run.finish()).toEqual({ exitCode: 0, uploaded: false })
  })

  it('uses .wandb where someone made one', async () => {
    const dir = mkdtempSync(join(directory.path, 'hidden-'))
    mkdirSync(join(dir, '.wandb'))
    const run = await start({ dir })
    expect(run.directory).toContain(join(dir, '.wandb'))
    await run.finish()
  })

  it('keeps two runs of one id in one second apart', async () => {
    const [one, two] = [await start({ id: 'same' }), await start({ id: 'same' })]
    expect(one.directory).not.toBe(two.directory)
    await Promise.all([one.finish(), two.finish()])
  })

  it('writes what the stock tools look for, in their order', async () => {
    const run = await start({ id: 'order', config: { lr: 0.1 }, name: 'n', tags: ['a', 'a', 'b'] })
    run.defineMetric('loss')
    run.log({ loss: 1 })
    run.config.update({ more: true })
    await run.finish(2)
    const bodies = bodiesOf(run.directory!)
    expect(bodies.map(body => body.case)).toEqual([
      'header',
      'run',
      'telemetry',
      'environment',
      'metric',
      'history',
      'summary',
      'config',
      'summary',
      'exit',
      'final',
    ])
    expect(bodies[1]).toMatchObject({
      value: {
        runId: 'order',
        displayName: 'n',
        tags: ['a', 'b'],
        // Without this key one of the stock tools drops what it knows of the run.
        config: {
          update: [
            { key: '_wandb', valueJson: '{}' },
            { key: 'lr', valueJson: '0.1' },
          ],
        },
      },
    })
    expect(bodies[3]).toMatchObject({ value: { writerId: expect.stringMatching(/^[a-z0-9]{32}$/) } })
    expect(bodies.at(-2)).toMatchObject({ value: { exitCode: 2 } })
  })

  it('has every row on the disk when log returns', async () => {
    const run = await start({ id: 'flushed' })
    run.log({ a: 1 })
    run.log({ a: 2 })
    expect(rowsOf(run.directory!).map(row => row.a)).toEqual([1, 2])
    await run.finish()
  })

  it('finishes once, and drops what comes after', async () => {
    const run = await start()
    run.log({ a: 1 })
    const first = run.finish(1)
    expect(run.finish(0)).toBe(first)
    await first
    run.log({ a: 2 })
    run.summary.set('late', 1)
    run.logSystem({ x: 1 })
    expect(rowsOf(run.directory!)).toHaveLength(1)
    expect(summaryOf(run.directory!)).not.toHaveProperty('late')
  })

  it('never throws for a value that cannot be logged, and keeps the others of the row', async () => {
    const run = await start()
    const circular: Record<string, unknown> = {}
    circular.self = circular
    run.log({ circular, good: 1, big: 2n ** 70n, when: new Date(0), set: new Set([1]), none: undefined })
    run.log(null as never)
    run.log({ a: 1 }, { step: -1 })
    run.log({ a: 1 }, { step: 1.5 })
    await run.finish()
    const rows = rowsOf(run.directory!)
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ good: 1, when: '1970-01-01T00:00:00.000Z', set: [1] })
    expect(rows[0]).not.toHaveProperty('circular')
    expect(rows[0]).not.toHaveProperty('none')
  })
})

describe('a disabled run', () => {
  it('keeps nothing and fails at nothing', async () => {
    const dir = mkdtempSync(join(directory.path, 'disabled-'))
    const run = await start({ mode: 'disabled', dir })
    run.log({ a: 1, image: new Image({ data: new Uint8Array(3), width: 1, height: 1 }) })
    run.summary.set('x', 1)
    const artifact = new Artifact('a', 'b')
    artifact.addBuffer('x', 'y')
    await run.logArtifact(artifact)
    expect(run.save(join(dir, 'nothing'))).toEqual([])
    expect(await run.finish()).toEqual({ exitCode: 0, uploaded: false })
    expect(run.directory).toBeUndefined()
    await expect(sync(dir)).rejects.toThrow(/holds no run/)
  })
})

describe('wrong options', () => {
  it.each([
    [{ id: 'a/b' }, /Run id "a\/b"/],
    [{ project: 'a/b' }, /Project "a\/b"/],
    [{ tags: ['x'.repeat(65)] }, /65 characters/],
    [{ mode: 'ofline' as never }, /Setting "mode" is "ofline"; accepted: online, offline or disabled/],
    [{ prject: 'x' } as never, /there is no option "prject"/],
    [{ resume: 'yes' as never }, /accepted: allow, must, never or auto/],
  ])('throw at the start: %o', async (options, message) => {
    await expect(start(options as InitOptions)).rejects.toThrow(message)
  })

  it('throws for a config value that would change silently', async () => {
    const run = await start({ config: { lr: 0.1 } })
    expect(() => run.config.update({ lr: 0.2 })).toThrow(/config "lr" is 0.1 and would become 0.2/)
    run.config.update({ lr: 0.2 }, { allowValChange: true })
    run.config.setDefaults({ lr: 0.3, momentum: 0.9 })
    expect(run.config.toJSON()).toEqual({ lr: 0.2, momentum: 0.9 })
    await run.finish()
  })
})

// These run the built package, as a user's program does.
describe('a program that ends in its own way', () => {
  const entry = fileURLToPath(new URL('../dist/index.js', import.meta.url))
  const runProgram = (body: string, shell = '') => {
    const dir = mkdtempSync(join(directory.path, 'program-'))
    const path = program(dir, body)
    const child = new Promise<{ code: number | null; stderr: string }>(resolve => {
      const env = { PATH: process.env.PATH, HOME: dir }
      execFile(
        'sh',
        ['-c', `${shell} exec "${process.execPath}" "${path}"`],
        { cwd: dir, env },
        (error, _out, stderr) =>
          resolve({ code: error ? ((error as { code?: number }).code ?? null) : 0, stderr }),
      )
    })
    return { dir, child }
  }
  const only = async (dir: string) => {
    const { readdirSync } = await import('node:fs')
    const name = readdirSync(join(dir, 'wandb')).find(entry => entry.startsWith('offline-run'))
    return bodiesOf(join(dir, 'wandb', name!))
  }
  const OPEN = "const run = await init({ mode: 'offline', project: 'p', settings: { silent: true } })\n"

  it('is finished for it when it forgets to finish', async () => {
    const { dir, child } = runProgram(`${OPEN}run.log({ a: 1 })\nrun.log({ b: 2 }, { commit: false })`)
    expect(await child).toMatchObject({ code: 0 })
    const bodies = await only(dir)
    expect(bodies.filter(body => body.case === 'history')).toHaveLength(2)
    expect(bodies.at(-2)).toMatchObject({ case: 'exit', value: { exitCode: 0 } })
  })

  it('is marked as failed by an uncaught error', async () => {
    const { dir, child } = runProgram(`${OPEN}run.log({ a: 1 })\nthrow new Error('training broke')`)
    expect(await child).toMatchObject({ code: 1 })
    expect((await only(dir)).at(-2)).toMatchObject({ case: 'exit', value: { exitCode: 1 } })
  })

  it('keeps every row that was logged before a kill', async () => {
    const { dir, child } = runProgram(
      `${OPEN}for (let i = 0; i < 500; i++) run.log({ i })\nprocess.kill(process.pid, 'SIGKILL')`,
    )
    await child
    const bodies = await only(dir)
    expect(bodies.filter(body => body.case === 'history')).toHaveLength(500)
    expect(bodies.some(body => body.case === 'exit')).toBe(false)
  })

  it('goes on training when the disk is full, says so once, and loses nothing that was written', async () => {
    const loud = OPEN.replace('silent', 'quiet')
    const { dir, child } = runProgram(
      `${loud}for (let i = 0; i < 2000; i++) run.log({ i })\nawait run.finish()\nprocess.exitCode = 7`,
      // Files of at most 16 KiB, and an error rather than a signal beyond.
      "trap '' XFSZ; ulimit -f 32;",
    )
    const { code, stderr } = await child
    expect(code).toBe(7)
    expect(stderr.match(/Cannot write .*run-.*\.wandb/g)).toHaveLength(1)
    const rows = (await only(dir)).filter(body => body.case === 'history')
    expect(rows.length).toBeGreaterThan(50)
    expect(rows.length).toBeLessThan(2000)
  })

  it('may require the package from CommonJS', () => {
    const code = `const { init } = require(${JSON.stringify(entry)}); console.log(typeof init)`
    expect(execFileSync(process.execPath, ['-e', code], { encoding: 'utf8' }).trim()).toBe('function')
  })
})

it('has the version of its package.json', () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  expect(VERSION).toBe(version)
})
