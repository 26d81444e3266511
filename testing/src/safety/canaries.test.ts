// Secrets that a run is given are in nothing that it leaves behind: neither in files nor in what it prints, also when
// every backend refuses it, sends it elsewhere or repeats what it was told, and when the program crashes. What it leaves
// is readable by its owner only.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { callMain } from '../../../packages/cli/src/testing/call-main.js'
import { DISCLOSURE_FORMATS } from '../../../packages/report/src/index.js'
import { backend, canary, leaksIn, leftIn, textsIn } from './leaks.js'

const root = mkdtempSync(join(tmpdir(), 'epochwatt-canaries-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(root, 'run-'))
})

/** W&B's keys have 40 characters. */
const WANDB_KEY = canary('wandb').padEnd(40, '0')

const environmentFor = (host: string) => ({
  MLFLOW_TRACKING_URI: `http://${host}`,
  MLFLOW_TRACKING_USERNAME: 'somebody',
  MLFLOW_TRACKING_PASSWORD: canary('mlflow'),
  MLFLOW_TRACKING_TOKEN: canary('token'),
  MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0',
  WANDB_API_KEY: WANDB_KEY,
  WANDB_BASE_URL: `http://${host}`,
  WANDB_PROJECT: 'canaries',
  WANDB_DIR: join(folder, 'wandb'),
  ELECTRICITYMAPS_TOKEN: canary('maps'),
  WATTTIME_USERNAME: canary('watttimeuser'),
  WATTTIME_PASSWORD: canary('watttime'),
  ENTSOE_TOKEN: canary('entsoe'),
  EIA_API_KEY: canary('eia'),
  AWS_SECRET_ACCESS_KEY: canary('aws'),
  METER_PASSWORD: canary('metervariable'),
  OTEL_EXPORTER_OTLP_HEADERS: `x-api-key=${canary('otlpvariable')}`,
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://somebody:${canary('otlpendpoint')}@${host}`,
  EPOCHWATT_SERVE_TOKEN: canary('serve'),
  HTTP_PROXY: `http://somebody:${canary('proxy')}@127.0.0.1:1`,
  HTTPS_PROXY: `http://somebody:${canary('proxys')}@127.0.0.1:1`,
  NO_PROXY: '127.0.0.1',
})

const metersAt = (host: string) => [
  { type: 'shelly-gen2', name: 'plug', url: `http://${host}`, username: 'u', password: canary('meter') },
  { type: 'tasmota', name: 'other', url: `http://${host}`, passwordFrom: 'METER_PASSWORD' },
  { type: 'home-assistant', name: 'home', url: `http://${host}`, entity: 'sensor.a', token: canary('home') },
]

const GRIDS = {
  electricityMaps: `'electricity-maps'`,
  wattTime: `'watttime'`,
  own: (host: string) =>
    `httpJsonGrid({ name: 'own', url: 'http://${host}/now?key=${canary('gridquery')}', path: 'value', unit: 'g/kWh', zone: 'here', headers: { 'x-api-key': '${canary('gridheader')}' } })`,
}

/** A project with a remote whose address holds a token, as continuous integration leaves it. */
const makeProject = (): void => {
  mkdirSync(join(folder, 'project/.git/refs/heads'), { recursive: true })
  const write = (path: string, text: string) => writeFileSync(join(folder, 'project', path), text)
  write('.git/HEAD', 'ref: refs/heads/main\n')
  write('.git/refs/heads/main', `${'a'.repeat(40)}\n`)
  write(
    '.git/config',
    `[remote "origin"]\n\turl = git+https://oauth2:${canary('git')}@at@example.com/a.git?private_token=${canary('gitquery')}\n`,
  )
}

/** The one package that no neighbour of theirs has installed. */
const OTLP = new URL('../../../packages/otlp-plugin/dist/index.js', import.meta.url).href

/** What is sent to a server, in every way in which a secret may be given. */
const remote = (host: string): string => `
      mlflow({ trackingUri: 'http://somebody:${canary('address')}@${host}' }),
      mlflow({ password: ${JSON.stringify(canary('option'))}, username: 'u' }),
      wandb({ mode: 'online' }),
      otlp(),
      otlp({
        url: 'http://somebody:${canary('otlpaddress')}@${host}/v1/metrics?key=${canary('otlpquery')}',
        headers: { authorization: 'Bearer ${canary('otlpheader')}' },
      }),
      csvExporter({ path: ${JSON.stringify(join(folder, 'energy.csv'))} }),`

/** What is written to files, in the forms of MLflow and W&B. */
const local = (): string => `
      mlflow({ trackingUri: ${JSON.stringify(`sqlite:///${join(folder, 'mlflow.db')}`)} }),
      wandb({ mode: 'offline' }),`

interface Training {
  /** Code of a source of the grid's figures. */
  readonly grid: string
  /** Code of exporters. */
  readonly exporters: string
  /** What the program does in the end. */
  readonly ending: string
}

const trainingAt = (host: string, { grid, exporters, ending }: Training): string => `
  import { csvExporter, httpJsonGrid, startTracking } from '@epochwatt/core'
  import { mlflow } from '@epochwatt/mlflow-plugin'
  import { otlp } from ${JSON.stringify(OTLP)}
  import { wandb } from '@epochwatt/wandb-plugin'
  // Publishers of the grid's figures have addresses of their own: here they are answered by the same backend.
  const { fetch } = globalThis
  globalThis.fetch = (url, init) => {
    const to = new URL(url)
    return fetch('http://${host}' + to.pathname + to.search, init)
  }
  process.chdir(${JSON.stringify(join(folder, 'project'))})
  const tracker = startTracking({
    dir: ${JSON.stringify(join(folder, 'store'))},
    country: 'FR',
    samplingIntervalMs: 50,
    grid: ${grid},
    gridZone: 'FR',
    meters: ${JSON.stringify(metersAt(host))},
    exporters: [${exporters}],
  })
  const epoch = tracker.window('epoch', { index: 0 })
  await new Promise(resolve => setTimeout(resolve, 300))
  epoch.logMetrics({ loss: 1 })
  epoch.end()
  ${ending}`

interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly signal: string | null
}

/** Without blocking: the backend is in this process. */
const run = (host: string, training: Training): Promise<Ended> =>
  new Promise(resolve => {
    makeProject()
    const script = trainingAt(host, training)
    // From there the packages are found as a project of a user's finds them.
    const cwd = fileURLToPath(new URL('../../../bench', import.meta.url))
    const env = { ...process.env, EPOCHWATT_OFFLINE: '0', HOME: folder, ...environmentFor(host) }
    const args = ['--input-type=module', '--eval', script, '--', '--password', canary('argument')]
    const child = spawn(process.execPath, args, { cwd, env, timeout: 60_000, killSignal: 'SIGKILL' })
    const said = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', text => {
        said[stream] += text
      })
    child.once('close', (_, signal) => resolve({ ...said, signal }))
  })

const refused = async () => ({ asked: [], host: '127.0.0.1:1', close: () => {} })

const repeating = () =>
  backend(asked => ({
    status: 400,
    body: JSON.stringify({ error_code: 'BAD_REQUEST', message: `What is ${JSON.stringify(asked)}?` }),
  }))

/** What no record holds. */
const BOAMPS_FACTS = [
  ['--task-stage', 'training'],
  ['--task-family', 'image classification'],
  ['--algorithm', 'cnn'],
  ['--data-type', 'image'],
  ['--infrastructure', 'onPremise'],
].flat()

const STOP = 'await tracker.stop()'
const CRASH = `throw new Error('the training broke')`

const outputsOf = (stdout: string, stderr: string): Map<string, string> => {
  const outputs = new Map([['stdout', stdout], ['stderr', stderr], ...textsIn(folder)])
  // What the project had of its own.
  outputs.delete('project/.git/config')
  return outputs
}

const leaksOf = (outputs: ReadonlyMap<string, string>): string[] =>
  [...outputs].flatMap(([name, text]) => leaksIn(text).map(leak => `${name}: ${leak}`))

it('leaks are found as they are and in base64', () => {
  const secret = canary('any')
  expect(leaksIn(`a ${secret} b`)).toEqual([secret])
  for (const user of ['', 'u', 'us', 'somebody'])
    expect(leaksIn(`Basic ${btoa(`${user}:${secret}`)}`), user).toHaveLength(1)
  expect(leaksIn(`nothing ${btoa('a:b')}`)).toEqual([])
})

it.each([
  ['is stopped, with nobody there', STOP, refused, GRIDS.electricityMaps],
  ['crashes, with nobody there', CRASH, refused, GRIDS.wattTime],
  ['is stopped, with a backend that repeats what it was told', STOP, repeating, GRIDS.own],
  ['crashes, with a backend that repeats what it was told', CRASH, repeating, GRIDS.electricityMaps],
])('a run that %s', { timeout: 90_000 }, async (_, ending, begin, grid) => {
  const { host, asked, close } = await begin()
  const { stdout, stderr, signal } = await run(host, {
    grid: typeof grid === 'string' ? grid : grid(host),
    exporters: remote(host),
    ending,
  })
  close()
  expect(signal).toBeNull()
  const outputs = outputsOf(stdout, stderr)
  const names = [...outputs.keys()]
  expect(
    names.some(path => path.endsWith('record.json')),
    stderr,
  ).toBe(true)
  expect(leaksOf(outputs)).toEqual([])
  if (ending === STOP) {
    // Exporters were there, and failed; what is secret went to the backend, as it should.
    if (begin === repeating) expect(leaksIn(JSON.stringify(asked)).length).toBeGreaterThan(5)
    const notes = [...outputs].filter(
      ([name, text]) => /delivery.*json$/.test(name) && text.includes('"error"'),
    )
    expect(notes.length, names.join('\n')).toBeGreaterThanOrEqual(begin === repeating ? 4 : 2)
    expect(outputs.get('energy.csv')).toContain('epoch')
  }

  const open = leftIn(folder)
    .filter(({ path }) => path.startsWith('store'))
    .filter(({ isFolder, mode }) => mode !== (isFolder ? 0o700 : 0o600))
  expect(open, 'readable by others').toEqual([])
})

it('a backend that sends a run elsewhere does not send its secrets there', { timeout: 90_000 }, async () => {
  const elsewhere = await backend(() => ({ status: 200, body: '{}' }))
  const sending = await backend(({ url }) => ({
    status: 307,
    headers: { location: `http://${elsewhere.host}${url}` },
  }))
  const { signal } = await run(sending.host, {
    grid: GRIDS.own(sending.host),
    exporters: remote(sending.host),
    ending: STOP,
  })
  sending.close()
  elsewhere.close()
  expect(signal).toBeNull()
  expect(sending.asked.length).toBeGreaterThan(5)
  expect(elsewhere.asked.flatMap(({ headers, body }) => leaksIn(`${headers}\n${body}`))).toEqual([])
  expect([...textsIn(join(folder, 'store'))].flatMap(([, text]) => leaksIn(text))).toEqual([])
})

it('a run that is kept in files of MLflow and W&B, and all that is made of its record', {
  timeout: 90_000,
}, async () => {
  const { host, close } = await repeating()
  const grid = GRIDS.own(host)
  const { stdout, stderr, signal } = await run(host, { grid, exporters: local(), ending: STOP })
  close()
  expect(signal, stderr).toBeNull()
  const outputs = outputsOf(stdout, stderr)
  const names = [...outputs.keys()]
  for (const kept of [/^mlflow\.db$/, /energy\/report\.html$/, /\.wandb$/])
    expect(
      names.some(name => kept.test(name)),
      `${kept} in ${names.join(' ')}`,
    ).toBe(true)
  expect(leaksOf(outputs)).toEqual([])

  const page = join(folder, 'page.html')
  const commands = [
    ['report', 'latest', '--out', page],
    ['show', 'latest'],
    ['show', 'latest', '--json'],
    ['list', '--json'],
    ['advise', 'latest', '--json'],
    ['aggregate', '--json'],
    ['recompute', 'latest', '--country', 'PL', '--json'],
    ...DISCLOSURE_FORMATS.map(format => [
      'disclose',
      'latest',
      '--format',
      format,
      ...(format === 'boamps' ? BOAMPS_FACTS : []),
    ]),
  ]
  for (const command of commands) {
    const { code, out, err } = await callMain([...command, '--dir', join(folder, 'store')])
    expect(code, `${command.join(' ')}: ${err}`).toBe(0)
    expect(out.length).toBeGreaterThan(10)
    expect(leaksIn(`${out}\n${err}`), command.join(' ')).toEqual([])
  }
  expect(leaksIn(readFileSync(page, 'utf8'))).toEqual([])
})
