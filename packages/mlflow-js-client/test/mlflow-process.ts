import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export interface RunningServer {
  readonly url: string
  readonly pid: number
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const isHealthy = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/health`)).ok
  } catch {
    return false
  }
}

export interface ServerOptions {
  /** More arguments of `mlflow server`, given the folder of this server. */
  readonly args?: (folder: string) => readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Where the server keeps runs. Default: an SQLite file in the folder. */
  readonly store?: (folder: string) => readonly string[]
}

const proxiedArtifacts = (folder: string): readonly string[] => [
  '--artifacts-destination',
  join(folder, 'artifacts'),
]

const sqliteStore = (folder: string): readonly string[] => [
  '--backend-store-uri',
  `sqlite:///${join(folder, 'mlflow.db')}`,
]

/** A server of its own process group, which keeps its things in `folder`. */
export const startServer = async (
  executable: string,
  folder: string,
  { args = proxiedArtifacts, store = sqliteStore, env = {} }: ServerOptions = {},
): Promise<RunningServer> => {
  mkdirSync(folder, { recursive: true })
  const url = `http://127.0.0.1:${await freePort()}`
  const log = openSync(join(folder, 'server.log'), 'w')
  const address = ['--host', '127.0.0.1', '--port', new URL(url).port, '--workers', '1']
  const child = spawn(executable, ['server', ...address, ...store(folder), ...args(folder)], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', log, log],
    // Its queue of background jobs is several processes more, of no use here.
    env: { ...process.env, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false', ...env },
  })
  closeSync(log)
  child.unref()
  const { pid } = child
  if (pid === undefined) throw new Error(`${executable} could not be started`)
  for (let waited = 0; waited < 120_000; waited += 200) {
    if (await isHealthy(url)) return { url, pid }
    if (!isAlive(pid)) break
    await pause(200)
  }
  await stopServer({ url, pid })
  throw new Error(`MLflow did not come up:\n${readFileSync(join(folder, 'server.log'), 'utf8').slice(-4000)}`)
}

export const stopServer = async ({ pid }: RunningServer): Promise<void> => {
  // The group of process 0 is our own, and that of process 1 is every process there is.
  if (!(pid > 1)) return
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-pid, name)
    } catch {
      // Already gone.
    }
  }
  signal('SIGTERM')
  for (let waited = 0; waited < 5000 && isAlive(pid); waited += 100) await pause(100)
  signal('SIGKILL')
}
