import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { recordingExporter } from '../testing/recording-exporter.js'
import { startTracking } from '../tracker/start-tracking.js'
import { csvExporter } from './csv-exporter.js'
import type { RunExporter } from './exporter.js'
import { syncRuns, undelivered } from './sync-runs.js'

const script = process.argv[1]!
let root: string
let dir: string
/** A package in the project that writes what it is given to the file it is told. */
const install = (): void => {
  const folder = join(root, 'node_modules', '@epochwatt', 'mlflow-plugin')
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: '@epochwatt/mlflow-plugin', type: 'module', exports: './index.js' }),
  )
  writeFileSync(
    join(folder, 'index.js'),
    `import { appendFileSync } from 'node:fs'
    export const createExporter = ({ file = process.env.SYNC_TEST_FILE }) => ({
      name: 'mlflow',
      start: async run => appendFileSync(file, 'start ' + run.name + '\\n'),
      export: async batch => { for (const { type } of batch) appendFileSync(file, type + '\\n') },
      forceFlush: async () => {},
      shutdown: async () => {},
    })`,
  )
}
const received = (): string[] => readFileSync(join(root, 'received'), 'utf8').trim().split('\n')

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'epochwatt-sync-')))
  dir = join(root, 'store')
  vi.spyOn(process, 'cwd').mockReturnValue(root)
  process.argv[1] = join(root, 'script.js')
  vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  vi.stubEnv('SYNC_TEST_FILE', join(root, 'received'))
})
afterEach(() => {
  process.argv[1] = script
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  rmSync(root, { recursive: true, force: true })
})

const broken = (origin?: RunExporter['origin']): RunExporter => ({
  ...recordingExporter('mlflow'),
  ...(origin && { origin }),
  start: () => Promise.reject(new Error('down')),
})
const track = async (exporters: readonly RunExporter[]) => {
  const tracker = startTracking({ dir, country: 'FR', name: 'a run', exporters })
  tracker.window('epoch', { index: 0 }).end()
  await tracker.stop()
  return tracker
}
const origin = () => ({
  package: '@epochwatt/mlflow-plugin',
  destination: { file: join(root, 'received') },
})

describe('syncRuns', () => {
  it('delivers to where the run was meant to go, once', async () => {
    const { id, directory } = await track([broken(origin())])
    expect(undelivered(directory)).toMatchObject([{ exporter: 'mlflow', waiting: 3, error: 'down' }])
    install()
    expect((await syncRuns({ dir, runs: ['latest'] })).runs).toMatchObject([
      { id, name: 'a run', outcomes: [{ name: 'mlflow', delivered: 3, waiting: 0 }] },
    ])
    expect(received()).toEqual(['start a run', 'window', 'power', 'record'])
    expect(undelivered(directory)).toEqual([])
    expect((await syncRuns({ dir })).runs).toEqual([])
  })

  it('says what is missing where the package of an exporter is not installed', async () => {
    const { id, directory } = await track([broken({ package: '@epochwatt/no-such-plugin', destination: {} })])
    const { runs } = await syncRuns({ dir })
    expect(runs).toMatchObject([{ id, outcomes: [{ waiting: 3 }] }])
    expect(runs[0]?.outcomes[0]?.error).toContain('npm install @epochwatt/no-such-plugin')
    expect(undelivered(directory)[0]?.error).toContain('npm install @epochwatt/no-such-plugin')
  })

  it('imports no file that a store names', async () => {
    const file = join(root, 'hostile.mjs')
    writeFileSync(file, `process.emitWarning('hostile'); export const createExporter = () => ({})`)
    for (const name of [file, './hostile.mjs', '../hostile.mjs', `file://${file}`]) {
      const { id } = await track([broken({ package: name, destination: {} })])
      const { runs } = await syncRuns({ dir, runs: [id] })
      expect(runs[0]?.outcomes[0]?.error).toContain('is not installed here')
    }
    expect(vi.mocked(process.emitWarning).mock.calls.flat()).not.toContain('hostile')
  })

  it('adds the rows of a table that could not be written, once', async () => {
    const folder = join(root, 'tables')
    const path = join(folder, 'energy.csv')
    writeFileSync(folder, 'a file where a folder is to be')
    const { id, directory } = await track([csvExporter({ path })])
    expect(undelivered(directory)).toMatchObject([{ exporter: 'csv', waiting: 3 }])
    rmSync(folder)
    for (let times = 0; times < 2; times++) await syncRuns({ dir })
    expect(undelivered(directory)).toEqual([])
    const rows = readFileSync(path, 'utf8').trimEnd().split('\n').slice(1)
    expect(rows.map(row => row.split(',')[0])).toEqual([id, id])
  })

  it('writes to no other file that a store names', async () => {
    const file = join(root, 'received')
    await track([broken({ package: '@epochwatt/core', destination: { path: file } })])
    const { runs } = await syncRuns({ dir })
    expect(runs[0]?.outcomes[0]?.error).toContain('is no .csv file')
    expect(existsSync(file)).toBe(false)
  })

  it('says so of an exporter that only the code of the run has', async () => {
    await track([broken()])
    const { runs } = await syncRuns({ dir })
    expect(runs[0]?.outcomes[0]?.error).toContain('exists in the code of the run only')
  })

  it('sends runs that were meant for nobody where it is told to', async () => {
    install()
    await track([])
    expect((await syncRuns({ dir })).runs).toEqual([])
    expect((await syncRuns({ dir, to: 'mlflow' })).runs).toMatchObject([{ outcomes: [{ waiting: 0 }] }])
    expect(received()).toEqual(['start a run', 'window', 'power', 'record'])
  })

  it('leaves a run to the process that is tracking it', async () => {
    install()
    const tracker = startTracking({ dir, country: 'FR', exporters: [broken(origin())] })
    expect(await syncRuns({ dir })).toMatchObject({ runs: [], busy: [tracker.id] })
    await tracker.stop()
  })

  it('refuses a run that is not there', async () => {
    await expect(syncRuns({ dir, runs: ['nowhere'] })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  })
})
