import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The two lines that the client is tested against. */
export const mlflowVersions = { current: '3.17.2', legacy: '2.22.5' } as const
export type MlflowLine = keyof typeof mlflowVersions

const furtherPackages: Record<MlflowLine, readonly string[]> = {
  // An S3 to put artifacts into, and PostgreSQL's driver.
  current: ['boto3', 'moto[server]', 'psycopg2-binary'],
  // MLflow 2.22 imports what SQLAlchemy 2.1 and setuptools 81 have dropped.
  legacy: ['sqlalchemy<2.1', 'setuptools<81'],
}

export interface MlflowInstall {
  readonly executable: string
  readonly python: string
}

/** Why there is none; a skip on a developer's machine, a failure where `CI` is set. */
export interface NoMlflow {
  readonly reason: string
}

const cacheFolder = (): string =>
  process.env.XDG_CACHE_HOME
    ? join(process.env.XDG_CACHE_HOME, 'epochwatt-servers')
    : fileURLToPath(new URL('../../../node_modules/.cache/epochwatt-servers', import.meta.url))

const hasPython = (): boolean => {
  try {
    execFileSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const run = promisify(execFile)

const isHeld = (lock: string): boolean => {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0)
    return true
  } catch {
    return false
  }
}

/** Several test workers may find the folder empty at once; the one that makes the lock file installs. */
const installOnce = async (line: MlflowLine, folder: string): Promise<void> => {
  const packages = [`mlflow==${mlflowVersions[line]}`, ...furtherPackages[line]]
  const marker = join(folder, 'installed.json')
  const isReady = () => existsSync(marker) && readFileSync(marker, 'utf8') === JSON.stringify(packages)
  const lock = `${folder}.lock`
  mkdirSync(dirname(folder), { recursive: true })
  for (;;) {
    if (isReady()) return
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch {
      // Left behind by a test run that was killed.
      if (!isHeld(lock)) rmSync(lock, { force: true })
      await pause(500)
    }
  }
  try {
    if (isReady()) return
    rmSync(folder, { recursive: true, force: true })
    await run('python3', ['-m', 'venv', folder])
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
    await run(join(folder, 'bin', 'python'), [...pip, ...packages], { maxBuffer: 2 ** 24 })
    writeFileSync(marker, JSON.stringify(packages))
  } finally {
    rmSync(lock, { force: true })
  }
}

/**
 * An MLflow to test against: `EPOCHWATT_TEST_MLFLOW` (or `EPOCHWATT_TEST_MLFLOW_LEGACY`), the path of an `mlflow`
 * executable in a virtual environment, or one that is installed into a cache folder at first use.
 */
export const mlflowInstall = async (line: MlflowLine): Promise<MlflowInstall | NoMlflow> => {
  const variable = line === 'current' ? 'EPOCHWATT_TEST_MLFLOW' : 'EPOCHWATT_TEST_MLFLOW_LEGACY'
  const given = process.env[variable]
  if (given) return { executable: given, python: join(dirname(given), 'python') }
  if (!hasPython()) return { reason: `no python3 with venv on this machine, and ${variable} is not set` }
  const folder = join(cacheFolder(), `mlflow-${mlflowVersions[line]}`)
  await installOnce(line, folder)
  return { executable: join(folder, 'bin', 'mlflow'), python: join(folder, 'bin', 'python') }
}
