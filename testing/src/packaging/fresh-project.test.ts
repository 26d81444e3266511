import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFreshProject, lendTensorFlow } from './fresh-project.js'
import { packPublished } from './pack.js'
import { importableNames, publishedPackages, REPOSITORY } from './published-packages.js'
import { type CommandResult, runCommand } from './run-command.js'

const folder = mkdtempSync(join(tmpdir(), 'epochwatt-consumer-'))
let project: string

beforeAll(async () => {
  project = await createFreshProject(folder, await packPublished(folder))
}, 240_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const names = publishedPackages().flatMap(importableNames)
const node = (args: readonly string[], cwd = project): Promise<CommandResult> =>
  runCommand(process.execPath, args, { cwd })

/** The program blocks its thread while it trains, so that only the sampler's own thread can have taken so many readings. */
const expectTrackedRun = ({ code, stdout, stderr }: CommandResult): void => {
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const record = JSON.parse(stdout)
  expect(record.status).toBe('finished')
  expect(record.epochs).toMatchObject([
    { metrics: { loss: expect.any(Number) } },
    { index: 1, complete: true },
  ])
  expect(record.energy.total_kwh?.value).toBeGreaterThan(0)
  expect(record.carbon.operational_g?.value).toBeGreaterThan(0)
  expect(record.warnings).toEqual([])
  expect(record.methodology.samples).toBeGreaterThan(5)
}

describe('in a fresh npm project, Node', () => {
  it.each(names)('gives %s alike to import and to require', async name => {
    writeFileSync(
      join(project, 'both.cjs'),
      `const required = require('${name}')
       import('${name}').then(imported => console.log(imported === required))`,
    )
    expect(await node(['both.cjs'])).toEqual({ code: 0, stdout: 'true\n', stderr: '' })
  })

  it('tracks a run from a module', async () => {
    expectTrackedRun(await node(['track.mjs']))
  })

  it('tracks a run from CommonJS', async () => {
    expectTrackedRun(await node(['track.cjs']))
  })

  it('measures the epochs of a TensorFlow.js training', async () => {
    lendTensorFlow(project)
    const { code, stdout, stderr } = await node(['fit.mjs'])
    expect(code, stderr).toBe(0)
    const history = JSON.parse(stdout.trim().split('\n').at(-1)!)
    for (const key of ['loss', 'energy_kwh', 'carbon_g']) expect(history[key], key).toHaveLength(3)
    expect(Math.min(...history.energy_kwh, ...history.carbon_g)).toBeGreaterThan(0)
  })
})

describe('in a fresh npm project, the command line', () => {
  const epochwatt = (...args: readonly string[]): Promise<CommandResult> =>
    runCommand(join(project, 'node_modules/.bin/epochwatt'), args, { cwd: project })

  it('is there for npx', async () => {
    const { code, stdout } = await runCommand('npx', ['epochwatt', '--version'], { cwd: project })
    expect({ code, stdout }).toEqual({ code: 0, stdout: '0.1.0\n' })
  })

  it('prints one JSON document and nothing else', async () => {
    const { code, stdout, stderr } = await epochwatt('doctor', '--json')
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ worker: { ok: true }, store: { writable: true } })
    expect(code).toBe(0)
  })

  it('reports on what a program recorded', async () => {
    await node(['track.mjs'])
    const { code, stdout } = await epochwatt('report', 'latest', '--out', 'report.html')
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('report.html') })
    expect(readFileSync(join(project, 'report.html'), 'utf8')).toContain('consumer')
  })

  it('ends with 1 for what is not there and with 2 for what cannot be asked', async () => {
    expect((await epochwatt('show', 'no-such-run')).code).toBe(1)
    expect((await epochwatt('no-such-command')).code).toBe(2)
  })
})

describe('in a fresh npm project, TypeScript', () => {
  const compile = async (resolution: string, ...args: readonly string[]): Promise<string> => {
    const module = resolution === 'nodenext' ? 'nodenext' : 'preserve'
    const types = ['--types', 'node', '--typeRoots', join(REPOSITORY, 'node_modules/@types')]
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--allowJs', '--checkJs', '--noEmit']
    const { stdout, stderr } = await runCommand(
      join(REPOSITORY, 'node_modules/.bin/tsc'),
      ['--module', module, '--moduleResolution', resolution, ...types, ...strict, ...args],
      { cwd: project },
    )
    return stdout + stderr
  }

  it.each(['nodenext', 'bundler'])('accepts every declaration under %s', async resolution => {
    const lines = names.map((name, index) => `export * as module${index} from '${name}'\n`)
    writeFileSync(join(project, 'everything.mts'), lines.join(''))
    expect(await compile(resolution, '--skipLibCheck', 'false', 'everything.mts')).toBe('')
  })

  it('checks programs that import, that require and that train', async () => {
    lendTensorFlow(project)
    expect(await compile('nodenext', '--skipLibCheck', 'track.mjs', 'track.cjs', 'fit.mjs')).toBe('')
  })

  it('finds a wrong option', async () => {
    writeFileSync(
      join(project, 'wrong.mts'),
      `import { startTracking } from '@epochwatt/core'\nstartTracking({ contry: 'FR' })\n`,
    )
    expect(await compile('nodenext', 'wrong.mts')).toContain('contry')
  })
})

describe('bundled by esbuild into one file and moved away from its packages', () => {
  /** Packages that cannot be loaded: an ancestor of the temporary folder may have the real ones. */
  const forbidPackages = (directory: string): void => {
    for (const name of publishedPackages().flatMap(({ dependencies }) => Object.keys(dependencies ?? {}))) {
      mkdirSync(join(directory, 'node_modules', name), { recursive: true })
      writeFileSync(join(directory, 'node_modules', name, 'index.js'), 'throw new Error("not bundled")')
    }
  }

  it.each<[string, BuildOptions]>([
    ['a module', { format: 'esm' }],
    ['a minified CommonJS file', { format: 'cjs', minify: true, keepNames: true, target: 'es2020' }],
  ])('%s still tracks, in a thread of its own', async (name, options) => {
    const away = join(folder, name)
    forbidPackages(away)
    const outfile = join(away, options.format === 'esm' ? 'track.mjs' : 'track.cjs')
    const entry = join(project, 'track.mjs')
    await build({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      logLevel: 'silent',
      outfile,
      ...options,
    })
    expectTrackedRun(await node([outfile], away))
  })
})
