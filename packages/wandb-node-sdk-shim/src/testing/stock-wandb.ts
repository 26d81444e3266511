import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { STUB_API_KEY } from './stub-backend.js'

/** Weights & Biases' own Python SDK, which is what this package has to agree with. */
export interface StockWandb {
  readonly version: string
  /** Why it is not there; tests skip with this reason. */
  readonly missing?: string
  readonly python: string
}

/** The last release with both of W&B's sync programs, and the newest one that this package was proven against. */
const STOCK_VERSIONS = ['0.28.2', '0.31.0'] as const

const CACHE = fileURLToPath(new URL('../../../../node_modules/.cache/epochwatt-servers/', import.meta.url))
const STALE_LOCK_MS = 10 * 60_000

const hasPython = (): boolean => {
  try {
    execFileSync('python3', ['-c', 'import ensurepip, venv'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const versionOf = (python: string): string =>
  execFileSync(python, ['-c', 'import wandb; print(wandb.__version__)'], { encoding: 'utf8' }).trim()

const run = (file: string, args: readonly string[]) =>
  new Promise<void>((resolve, reject) => {
    execFile(file, args, (error, _stdout, stderr) =>
      error ? reject(new Error(`${error.message}\n${stderr}`)) : resolve(),
    )
  })

const INSTALL_ATTEMPTS = 3

/** A package index may stumble; on a build machine that must not cost the whole proof. */
const install = async (dir: string, version: string): Promise<void> => {
  const args = ['install', '--quiet', '--disable-pip-version-check', '--retries', '5', `wandb==${version}`]
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(join(dir, 'bin', 'pip'), args)
    } catch (error) {
      if (attempt === INSTALL_ATTEMPTS) throw error
      await sleep(attempt * 2000)
    }
  }
}

/** Makes the environment once; test files that run beside each other wait for the one that began. */
const createEnvironment = async (version: string, dir: string): Promise<void> => {
  const ready = join(dir, 'ready')
  const lock = `${dir}.lock`
  mkdirSync(dirname(dir), { recursive: true })
  while (!existsSync(ready)) {
    try {
      mkdirSync(lock)
    } catch {
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
      if (age > STALE_LOCK_MS) rmSync(lock, { recursive: true, force: true })
      await sleep(200)
      continue
    }
    try {
      if (existsSync(ready)) return
      rmSync(dir, { recursive: true, force: true })
      await run('python3', ['-m', 'venv', dir])
      await install(dir, version)
      mkdirSync(ready)
    } finally {
      rmSync(lock, { recursive: true, force: true })
    }
  }
}

/** On a build machine the real client is the proof and must be there; elsewhere its tests are skipped and say why. */
const without = (version: string, reason: string): StockWandb => {
  const missing = `wandb ${version} cannot be installed: ${reason}`
  if (process.env.CI) throw new Error(missing)
  return { version, python: '', missing }
}

/**
 * The Python SDK of each version: the one behind EPOCHWATT_TEST_WANDB_PYTHON alone, if that is set; else each in an
 * environment of its own, made at first use from the package index.
 */
export const findStockWandb = async (): Promise<StockWandb[]> => {
  const given = process.env.EPOCHWATT_TEST_WANDB_PYTHON
  if (given) return [{ version: versionOf(given), python: given }]
  return Promise.all(
    STOCK_VERSIONS.map(async version => {
      if (!hasPython()) return without(version, 'there is no python3 with venv and ensurepip')
      const dir = join(CACHE, `wandb-${version}`)
      try {
        await createEnvironment(version, dir)
        return { version, python: join(dir, 'bin', 'python') }
      } catch (error) {
        return without(version, String(error).slice(0, 200))
      }
    }),
  )
}

/** True for versions that still have `wandb sync --legacy`. */
export const hasLegacySync = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major === 0 && minor < 30
}

export interface PythonOptions {
  readonly args: readonly string[]
  readonly cwd: string
  readonly url: string
  readonly env?: Record<string, string>
}

/** Runs the Python of `stock` with everything off that would look for another host. Answers what it printed. */
export const runPython = (
  { python }: StockWandb,
  { args, cwd, url, env = {} }: PythonOptions,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = {
      cwd,
      timeout: 50_000,
      maxBuffer: 64 * 2 ** 20,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: cwd,
        NO_PROXY: '*',
        WANDB_BASE_URL: url,
        WANDB_API_KEY: STUB_API_KEY,
        WANDB_ERROR_REPORTING: 'false',
        WANDB_X_FILE_STREAM_TRANSMIT_INTERVAL: '0.1',
        WANDB_X_SAVE_REQUIREMENTS: 'false',
        WANDB_X_DISABLE_STATS: 'true',
        WANDB_DISABLE_GIT: 'true',
        WANDB_CONSOLE: 'off',
        ...env,
      },
    }
    execFile(python, args, options, (error, stdout, stderr) =>
      error ? reject(new Error(`${error.message}\n${stdout}\n${stderr}`)) : resolve(stdout + stderr),
    )
  })
