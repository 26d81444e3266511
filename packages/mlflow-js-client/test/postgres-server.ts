import { execFile, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, inject } from 'vitest'
import type { Skipped } from './describe-with.js'
import { freePort, stopServer } from './mlflow-process.js'
import { mlflowServer, type TestServer } from './mlflow-server.js'

const run = promisify(execFile)

/** Debian keeps them out of PATH, one folder a version. */
const folders = (): readonly string[] => {
  try {
    return readdirSync('/usr/lib/postgresql').map(version => join('/usr/lib/postgresql', version, 'bin'))
  } catch {
    return []
  }
}

/** Where the programs are, all of them: PATH may have links to some. */
const binaryFolder = (): string | undefined => {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), ...folders()]) {
    try {
      return dirname(realpathSync(join(folder, 'initdb')))
    } catch {
      // Not here.
    }
  }
  return undefined
}

/** PostgreSQL refuses to be run by root: any other account does. */
const account = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

/** A cluster of its own on loopback, for as long as the test file runs. */
const startPostgres = async (bin: string): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'mlflow-postgres-'))
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid)
  const data = join(folder, 'data')
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'mlflow', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...account,
    cwd: folder,
    env: { ...process.env, LC_ALL: 'C' },
  })
  const port = String(await freePort())
  const settings = [
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `unix_socket_directories=${folder}`,
    '-c',
    'fsync=off',
  ]
  const child = spawn(join(bin, 'postgres'), ['-D', data, '-p', port, ...settings], {
    ...account,
    cwd: folder,
    detached: true,
    stdio: 'ignore',
  })
  child.unref()
  const { pid } = child
  if (pid === undefined) throw new Error(`${bin}/postgres could not be started`)
  // Stopped at the end of the test run, whatever becomes of this file, and as soon as the file is done.
  writeFileSync(join(inject('mlflowFolder'), `postgres-${pid}.server.json`), JSON.stringify({ url: '', pid }))
  afterAll(async () => {
    await stopServer({ url: '', pid })
    rmSync(folder, { recursive: true, force: true })
  })
  for (let waited = 0; ; waited += 200) {
    const isReady = await run(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', port]).catch(() => undefined)
    if (isReady) break
    if (waited > 60_000) throw new Error('PostgreSQL did not come up')
    await pause(200)
  }
  return `postgresql+psycopg2://mlflow@127.0.0.1:${port}/postgres`
}

/** The same with the way into the database behind it. */
export interface PostgresServer extends TestServer {
  /** What psql prints, unaligned and without headings. */
  psql(...statements: readonly string[]): Promise<string>
}

/** A real MLflow server over PostgreSQL, or why there is none. */
export const postgresServer = async (): Promise<PostgresServer | Skipped> => {
  const bin = binaryFolder()
  if (bin === undefined)
    return { skipped: 'no PostgreSQL on this machine (Debian: apt-get install postgresql)' }
  const uri = await startPostgres(bin)
  const server = await mlflowServer('current', `postgres-${process.pid}`, {
    store: () => ['--backend-store-uri', uri],
  })
  if ('skipped' in server) return server
  const database = uri.replace('+psycopg2', '')
  return {
    ...server,
    psql: async (...statements) => {
      const commands = statements.flatMap(statement => ['-c', statement])
      const options = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', ...commands]
      return (await run(join(bin, 'psql'), [database, ...options])).stdout
    },
  }
}
