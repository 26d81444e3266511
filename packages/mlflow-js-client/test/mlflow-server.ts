import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { inject } from 'vitest'
import type { Skipped } from './describe-with.js'
import { type MlflowLine, mlflowInstall } from './mlflow-install.js'
import { type RunningServer, type ServerOptions, startServer } from './mlflow-process.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the test workers share the servers that the first of them starts. */
    mlflowFolder: string
  }
}

export interface TestServer {
  readonly url: string
  /** Runs a Python script against the server and gives what it prints, as JSON. */
  python<T>(script: string, ...args: readonly string[]): Promise<T>
}

const run = promisify(execFile)

const serverOf = (python: string, { url }: RunningServer): TestServer => ({
  url,
  python: async (script, ...args) => {
    const { stdout } = await run(python, ['-c', script, ...args], {
      env: { ...process.env, MLFLOW_TRACKING_URI: url, PYTHONWARNINGS: 'ignore' },
      maxBuffer: 2 ** 26,
    })
    return JSON.parse(stdout)
  },
})

/**
 * The real MLflow server of this test run, started by the first worker that asks, shared by all and stopped at the
 * end of the run. A test that needs other options names its own kind of server. `EPOCHWATT_TEST_MLFLOW_URL` and
 * `EPOCHWATT_TEST_MLFLOW_LEGACY_URL` name servers that run already, which saves their start while working on a test.
 */
export const mlflowServer = async (
  line: MlflowLine = 'current',
  kind = 'default',
  options?: ServerOptions,
): Promise<TestServer | Skipped> => {
  const install = await mlflowInstall(line)
  if ('reason' in install) {
    if (process.env.CI) throw new Error(`The tests need a real MLflow server: ${install.reason}.`)
    return { skipped: install.reason }
  }
  const running =
    process.env[line === 'current' ? 'EPOCHWATT_TEST_MLFLOW_URL' : 'EPOCHWATT_TEST_MLFLOW_LEGACY_URL']
  if (running && kind === 'default') return serverOf(install.python, { url: running, pid: 0 })
  const name = join(inject('mlflowFolder'), `${line}-${kind}`)
  const state = `${name}.server.json`
  const failure = `${name}.failed`
  let isFirst = true
  try {
    mkdirSync(`${name}.lock`)
  } catch {
    isFirst = false
  }
  if (isFirst) {
    try {
      const running = await startServer(install.executable, name, options)
      // Renamed into place: a reader must not see half of it.
      writeFileSync(`${state}.new`, JSON.stringify(running))
      renameSync(`${state}.new`, state)
    } catch (error) {
      writeFileSync(failure, String(error))
      throw error
    }
  }
  while (!existsSync(state)) {
    if (existsSync(failure)) throw new Error(readFileSync(failure, 'utf8'))
    await pause(100)
  }
  return serverOf(install.python, JSON.parse(readFileSync(state, 'utf8')) as RunningServer)
}
