// What is wrong is said without what is secret in it: in messages, in what they are caused by, and in what a command prints.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { main } from '../../../packages/cli/src/main.js'
import { electricityMaps } from '../../../packages/core/src/grid/live/providers/electricity-maps.js'
import { wattTime } from '../../../packages/core/src/grid/live/providers/watttime.js'
import { httpJsonGrid, startTracking, type TrackingOptions } from '../../../packages/core/src/index.js'
import { createMlflowClient } from '../../../packages/mlflow-js-client/src/index.js'
import { mlflow } from '../../../packages/mlflow-plugin/src/index.js'
import { otlp } from '../../../packages/otlp-plugin/src/index.js'
import { init } from '../../../packages/wandb-node-sdk-shim/src/index.js'
import { serveMetrics, wandb } from '../../../packages/wandb-plugin/src/index.js'
import { backend, canary, leaksIn } from './leaks.js'

const folder = mkdtempSync(join(tmpdir(), 'epochwatt-canaries-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const SECRET = canary('any')
const NOBODY = '127.0.0.1:1'
/** Passwords may hold what ends the part of an address that they stand in. */
const ADDRESSES = [
  `http://somebody:${SECRET}@${NOBODY}`,
  `htp://somebody:${SECRET}@${NOBODY}/a`,
  `postgresql://somebody:p@${SECRET}@${NOBODY}/a`,
  `postgresql://somebody:p/${SECRET}@${NOBODY}/a`,
  `${NOBODY}/a?key=${SECRET}`,
  `grpc://${NOBODY}/a?key=${SECRET}`,
  `//${SECRET}@${NOBODY}`,
]

beforeEach(() => {
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
  for (const name of Object.keys(process.env))
    if (/^(WANDB|MLFLOW|EPOCHWATT)_/.test(name)) vi.stubEnv(name, undefined)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

/** All that an uncaught error would print, and more. */
const shown = (error: unknown): string => inspect(error, { depth: 12, showHidden: true, getters: true })

const failureOf = async (work: () => unknown): Promise<string> => {
  try {
    await work()
  } catch (error) {
    return shown(error)
  }
  throw new Error('nothing was refused')
}

const start = (options: object) => () => startTracking({ dir: folder, ...options } as TrackingOptions)

describe('an option of startTracking that cannot be', () => {
  it.each([
    [
      'a meter with another key',
      { meters: [{ type: 'shelly-gen2', url: `http://${NOBODY}`, pasword: SECRET }] },
    ],
    [
      'a meter with two passwords',
      { meters: [{ type: 'tasmota', url: `http://${NOBODY}`, password: [SECRET] }] },
    ],
    ['a meter of another kind', { meters: [{ type: 'other', password: SECRET }] }],
    ['meters as text', { meters: `http://u:${SECRET}@${NOBODY}` }],
    [
      'an exporter that is none',
      { exporters: [{ url: `http://u:${SECRET}@a`, headers: { 'x-a': SECRET } }] },
    ],
    ['an exporter as an address', { exporters: [`http://u:${SECRET}@${NOBODY}`] }],
    ['a provider that is none', { grid: { url: `http://a?key=${SECRET}`, headers: { 'x-a': SECRET } } }],
    ['a provider as an address', { grid: `http://a/now?key=${SECRET}` }],
    ['a service for the place', { locateByIp: `ftp://u:${SECRET}@${NOBODY}` }],
    ['an address where there should be a path', { dir: `\0http://u:${SECRET}@${NOBODY}` }],
    ['a list of texts', { tags: [{ password: SECRET }] }],
  ])('%s', async (_, options) => {
    expect(leaksIn(await failureOf(start(options)))).toEqual([])
  })

  it.each([
    ['EPOCHWATT_METERS', `[{"type":"tasmota","password":"${SECRET}"`],
    ['EPOCHWATT_METERS', `[{"type":"shelly-gen2","password":"${SECRET}"}]`],
    ['EPOCHWATT_EXPORTERS', `http://u:${SECRET}@${NOBODY}`],
    ['EPOCHWATT_LOCATE_BY_IP', `u:${SECRET}@${NOBODY}`],
    ['EPOCHWATT_GRID', `http://a/now?key=${SECRET}`],
  ])('%s is %s', async (name, value) => {
    vi.stubEnv(name, value)
    expect(leaksIn(await failureOf(start({})))).toEqual([])
  })

  it.each([
    ['is torn', `{"meters":[{"type":"tasmota","password":"${SECRET}"]}`],
    ['is torn where the secret stands', `{"meters":[{"type":"tasmota","password":'${SECRET}'}]}`],
    ['ends too early', `{"meters":[{"type":"tasmota","password":"${SECRET}`],
    ['is a secret', SECRET],
    ['has a meter that cannot be', `{"meters":[{"password":"${SECRET}"}]}`],
    ['has a policy that cannot be', `{"policy":{"requiredTags":{"password":"${SECRET}"}}}`],
    ['has exporters that cannot be', `{"exporters":[{"headers":{"x":"${SECRET}"}}]}`],
  ])('a config file that %s', async (_, text) => {
    const path = join(folder, 'epochwatt.config.json')
    writeFileSync(path, text)
    try {
      expect(leaksIn(await failureOf(start({})))).toEqual([])
    } finally {
      rmSync(path)
    }
  })
})

describe('an address that cannot be', () => {
  const grid = (url: string) => {
    const provider = httpJsonGrid({ name: 'own', url, path: 'value', unit: 'g/kWh', zone: 'here' })
    return provider.fetch('here', new Date(0), new Date(), AbortSignal.timeout(5000))
  }

  it.each(ADDRESSES)('%s', async address => {
    vi.stubEnv('WANDB_API_KEY', canary('wandb').padEnd(40, '0'))
    const tried = {
      mlflow: () => createMlflowClient({ trackingUri: address, retry: { maxRetries: 0 } }).runs.get('a'),
      mlflowPlugin: () => mlflow({ trackingUri: address }),
      otlp: () => otlp({ url: address }),
      wandb: () => wandb({ settings: { baseUrl: address } }),
      grid: () => grid(address),
    }
    for (const [name, work] of Object.entries(tried)) {
      const said = await failureOf(work).catch(() => '')
      expect(leaksIn(said), `${name}: ${said}`).toEqual([])
    }
  })
})

describe('a key that no header can carry', () => {
  const now = new Date()
  const signal = AbortSignal.timeout(10_000)
  it.each([
    ['Electricity Maps', electricityMaps({ ELECTRICITYMAPS_TOKEN: `${SECRET}\n${SECRET}` })],
    ['WattTime', wattTime({ WATTTIME_USERNAME: `${SECRET}\n`, WATTTIME_PASSWORD: `${SECRET}\u2028` })],
    [
      'an own one',
      httpJsonGrid({
        name: 'own',
        url: `http://${NOBODY}`,
        path: 'value',
        unit: 'g/kWh',
        zone: 'here',
        headers: { 'x-key': `${SECRET}\n${SECRET}` },
      }),
    ],
  ])('of %s', async (_, provider) => {
    // Nothing leaves this machine, but headers are made as they would be.
    const { fetch } = globalThis
    vi.spyOn(globalThis, 'fetch').mockImplementation((url, init) => {
      new Request(url as URL, init)
      return fetch(`http://${NOBODY}`, init)
    })
    const said = await failureOf(() => provider.fetch('FR', now, now, signal))
    expect(leaksIn(said), said).toEqual([])
  })

  it('of ours', async () => {
    for (const token of [SECRET.slice(0, 12), `${SECRET} ${SECRET}`, `${SECRET}\n`])
      expect(leaksIn(await failureOf(() => serveMetrics({} as never, { host: '0.0.0.0', token })))).toEqual(
        [],
      )
    vi.stubEnv('WANDB_API_KEY', SECRET)
    expect(leaksIn(await failureOf(() => init({ mode: 'online', dir: folder })))).toEqual([])
    expect(
      leaksIn(await failureOf(() => createMlflowClient({ trackingUri: 'http://a', token: `${SECRET}\n` }))),
    ).toEqual([])
  })
})

describe('a command that is told a secret', () => {
  const call = async (...args: string[]): Promise<string> => {
    let said = ''
    const write = (text: string): void => {
      said += text
    }
    await main(args, { out: write, err: write, color: false, width: 100 })
    return said
  }

  it.each([
    ['doctor', ['doctor', '--json']],
    ['doctor', ['doctor']],
    ['an option that is unknown', ['list', `--password=${SECRET}`]],
    ['an option without its value', ['list', '--json', `--dir=${folder}/none`, '--token', SECRET]],
    [
      'a server that cannot be reached',
      ['compare', '--mlflow', `http://u:${SECRET}@${NOBODY}`, '--experiment', 'a', '--dir', folder],
    ],
    [
      'a server that cannot be',
      ['compare', '--mlflow', `postgresql://u:${SECRET}@a/b`, '--experiment', 'a', '--dir', folder],
    ],
    ['a table that cannot be', ['aggregate', '--parquet', `${folder}/none.parquet?sig=${SECRET}`]],
    [
      'a command that cannot be started',
      ['run', '--dir', join(folder, 'store'), '--', '/nonexistent', `--password=${SECRET}`],
    ],
    [
      'a command that fails',
      ['run', '--dir', join(folder, 'store'), '--', process.execPath, '-e', `process.exit(3) // ${SECRET}`],
    ],
    ['its runs', ['list', '--json', '--dir', join(folder, 'store')]],
    ['a report of one', ['show', 'latest', '--json', '--dir', join(folder, 'store')]],
  ])('%s', { timeout: 60_000 }, async (_, args) => {
    const { host, close } = await backend(asked => ({ status: 400, body: JSON.stringify(asked) }))
    vi.stubEnv('EPOCHWATT_OFFLINE', '0')
    vi.stubEnv(
      'EPOCHWATT_METERS',
      JSON.stringify([{ type: 'tasmota', url: `http://${host}`, password: SECRET }]),
    )
    for (const name of ['ELECTRICITYMAPS_TOKEN', 'WATTTIME_PASSWORD', 'HTTPS_PROXY', 'EPOCHWATT_SERVE_TOKEN'])
      vi.stubEnv(name, `http://u:${SECRET}@${NOBODY}`)
    vi.stubEnv('MLFLOW_HTTP_REQUEST_MAX_RETRIES', '0')
    const said = await call(...args)
    close()
    expect(said).not.toBe('')
    expect(leaksIn(said), said).toEqual([])
  })
})
