import { execFile, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort, stopServer } from './mlflow-process.js'

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
export const postgresBinaries = (): string | undefined => {
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

/** A cluster of its own on loopback. */
export interface PostgresProcess {
  readonly pid: number
  /** For SQLAlchemy. */
  readonly uri: string
  stop(): Promise<void>
}

/** @param onSpawn Told of the process before it is known to answer, so that it can be stopped in any case. */
export const startPostgres = async (
  bin: string,
  onSpawn: (process: PostgresProcess) => void = () => {},
): Promise<PostgresProcess> => {
  const folder = mkdtempSync(join(tmpdir(), 'mlflow-postgres-'))
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid)
  const data = join(folder, 'data')
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'mlflow', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...account,
    cwd: folder,
    env: { ...process.env, LC_ALL: 'C' },
  })
  const port = String(await freePort())
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'fsync=off']
  const child = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', port, ...settings.flatMap(setting => ['-c', setting])],
    { ...account, cwd: folder, detached: true, stdio: 'ignore' },
  )
  child.unref()
  const { pid } = child
  if (pid === undefined) throw new Error(`${bin}/postgres could not be started`)
  const started: PostgresProcess = {
    pid,
    uri: `postgresql+psycopg2://mlflow@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await stopServer({ url: '', pid })
      rmSync(folder, { recursive: true, force: true })
    },
  }
  onSpawn(started)
  for (let waited = 0; ; waited += 200) {
    const isReady = await run(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', port]).catch(() => undefined)
    if (isReady) return started
    if (waited > 60_000) throw new Error('PostgreSQL did not come up')
    await pause(200)
  }
}
