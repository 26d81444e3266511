// Secrets that a run is given are in nothing that it leaves behind: neither in files nor in what it prints, also when
// every backend refuses it and the program crashes. What it leaves is readable by its owner only.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'epochwatt-canaries-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A word that occurs nowhere else, once for each secret. */
const canary = (of: string): string => `c4n4ry${of}5ecret`
/** W&B's keys have 40 characters. */
const WANDB_KEY = canary('wandb').padEnd(40, '0')

const ENVIRONMENT = {
  MLFLOW_TRACKING_URI: 'http://127.0.0.1:1',
  MLFLOW_TRACKING_USERNAME: 'somebody',
  MLFLOW_TRACKING_PASSWORD: canary('mlflow'),
  MLFLOW_TRACKING_TOKEN: canary('token'),
  MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0',
  WANDB_API_KEY: WANDB_KEY,
  WANDB_BASE_URL: 'http://127.0.0.1:1',
  WANDB_PROJECT: 'canaries',
  WANDB_DIR: join(folder, 'wandb'),
  ELECTRICITYMAPS_TOKEN: canary('maps'),
  WATTTIME_USERNAME: 'somebody',
  WATTTIME_PASSWORD: canary('watttime'),
  ENTSOE_TOKEN: canary('entsoe'),
  EIA_API_KEY: canary('eia'),
  AWS_SECRET_ACCESS_KEY: canary('aws'),
  METER_PASSWORD: canary('metervariable'),
}

const METERS = [
  { type: 'shelly-gen2', name: 'plug', url: 'http://127.0.0.1:1', username: 'u', password: canary('meter') },
  { type: 'tasmota', name: 'other', url: 'http://127.0.0.1:1', passwordFrom: 'METER_PASSWORD' },
  {
    type: 'home-assistant',
    name: 'home',
    url: 'http://127.0.0.1:1',
    entity: 'sensor.a',
    token: canary('home'),
  },
]

const run = (ending: string) =>
  spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { startTracking } from '@epochwatt/core'
       import { mlflow } from '@epochwatt/mlflow-plugin'
       import { wandb } from '@epochwatt/wandb-plugin'
       const tracker = startTracking({
         dir: ${JSON.stringify(join(folder, 'store'))},
         country: 'FR',
         samplingIntervalMs: 50,
         meters: ${JSON.stringify(METERS)},
         exporters: [
           mlflow({ trackingUri: 'http://somebody:${canary('address')}@127.0.0.1:1' }),
           mlflow({ password: ${JSON.stringify(canary('option'))}, username: 'u' }),
           wandb({ mode: 'online' }),
         ].filter(Boolean),
       })
       const epoch = tracker.window('epoch', { index: 0 })
       await new Promise(resolve => setTimeout(resolve, 300))
       epoch.logMetrics({ loss: 1 })
       epoch.end()
       ${ending}`,
    ],
    {
      // From here the packages are found as a project of a user's finds them.
      cwd: fileURLToPath(new URL('../../../bench', import.meta.url)),
      env: { ...process.env, EPOCHWATT_OFFLINE: '0', HOME: folder, ...ENVIRONMENT },
      encoding: 'utf8',
      timeout: 60_000,
      killSignal: 'SIGKILL',
    },
  )

interface Left {
  readonly path: string
  readonly isFolder: boolean
  readonly mode: number
}

const leftIn = (directory: string): Left[] =>
  (readdirSync(directory, { recursive: true }) as string[]).map(path => {
    const stats = statSync(join(directory, path))
    return { path, isFolder: stats.isDirectory(), mode: stats.mode & 0o777 }
  })

it.each([
  ['is stopped', 'await tracker.stop()'],
  ['crashes', `throw new Error('the training broke')`],
])('a run that %s', { timeout: 90_000 }, (_, ending) => {
  const { stdout, stderr, signal } = run(ending)
  expect(signal).toBeNull()
  const left = leftIn(folder)
  expect(
    left.some(({ path }) => path.endsWith('record.json')),
    stderr,
  ).toBe(true)
  const outputs = new Map([
    ['stdout', stdout],
    ['stderr', stderr],
    ...left
      .filter(({ isFolder }) => !isFolder)
      .map(({ path }) => [path, readFileSync(join(folder, path), 'latin1')] as const),
  ])
  for (const [name, text] of outputs) expect(text, name).not.toMatch(/c4n4ry/i)
  // The exporters were there, and failed.
  const notes = [...outputs].filter(([name]) => /delivery.*mlflow.*json$/.test(name))
  expect(notes.filter(([, text]) => text.includes('127.0.0.1:1')).length).toBeGreaterThanOrEqual(2)
  // Names of files may hold what was given, too.
  expect(left.map(path => path).join('\n')).not.toContain('c4n4ry')

  const open = left
    .filter(({ path }) => path.startsWith('store'))
    .filter(({ isFolder, mode }) => mode !== (isFolder ? 0o700 : 0o600))
  expect(open, 'readable by others').toEqual([])
})
