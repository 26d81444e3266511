import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { automaticExporters, resolvePackage } from './known-trackers.js'
import { namedExporters } from './named-exporters.js'

const script = process.argv[1]!
let project: string
const install = (name: string): void => {
  const folder = join(project, 'node_modules', name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, type: 'module', exports: './index.js' }))
  writeFileSync(join(folder, 'index.js'), 'throw new Error("imported")')
}
const names = (environment: Record<string, string>): string[] =>
  automaticExporters(environment).map(({ name }) => name)

beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'epochwatt-trackers-')))
  vi.spyOn(process, 'cwd').mockReturnValue(project)
  process.argv[1] = join(project, 'script.js')
})
afterEach(() => {
  process.argv[1] = script
  vi.restoreAllMocks()
  rmSync(project, { recursive: true, force: true })
})

describe('trackers that the environment asks for', () => {
  it('are those whose package the project has, found without importing it', () => {
    const environment = { MLFLOW_TRACKING_URI: 'http://127.0.0.1:5000' }
    expect(resolvePackage('@epochwatt/no-such-plugin')).toBeUndefined()
    install('@epochwatt/mlflow-plugin')
    const path = join(project, 'node_modules', '@epochwatt', 'mlflow-plugin', 'index.js')
    expect(automaticExporters(environment)).toEqual([
      { name: 'mlflow', package: '@epochwatt/mlflow-plugin', module: pathToFileURL(path).href },
    ])
  })

  it.each([
    [{}, []],
    [{ MLFLOW_TRACKING_URI: ' ' }, []],
    [{ WANDB_API_KEY: 'x' }, ['wandb']],
    [{ WANDB_PROJECT: 'digits' }, ['wandb']],
    [{ WANDB_MODE: 'offline' }, ['wandb']],
    [{ WANDB_MODE: 'disabled', WANDB_API_KEY: 'x' }, []],
    [{ WANDB_DISABLED: 'true', WANDB_API_KEY: 'x' }, []],
    [{ WANDB_DISABLED: 'false', WANDB_API_KEY: 'x' }, ['wandb']],
    [{ MLFLOW_TRACKING_URI: 'http://127.0.0.1:5000', WANDB_PROJECT: 'p' }, ['mlflow', 'wandb']],
  ] as [Record<string, string>, string[]][])('with %o are %o', (environment, expected) => {
    install('@epochwatt/mlflow-plugin')
    install('@epochwatt/wandb-plugin')
    expect(names(environment)).toEqual(expected)
  })
})

describe('exporters by name', () => {
  it('are those of the project, whatever the environment says', () => {
    install('@epochwatt/otlp-plugin')
    expect(namedExporters(['otlp'])).toEqual([
      {
        name: 'otlp',
        package: '@epochwatt/otlp-plugin',
        module: pathToFileURL(join(project, 'node_modules', '@epochwatt', 'otlp-plugin', 'index.js')).href,
      },
    ])
  })

  it('that are not installed are refused at the start, with what to do', () => {
    expect(() => namedExporters(['wandb'], () => undefined)).toThrow(
      'Option "exporters" is "wandb"; accepted: exporters that are installed: npm install @epochwatt/wandb-plugin.',
    )
  })
})
