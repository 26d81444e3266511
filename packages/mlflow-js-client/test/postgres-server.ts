import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, inject } from 'vitest'
import type { Skipped } from './describe-with.js'
import { mlflowServer, type TestServer } from './mlflow-server.js'
import { postgresBinaries, startPostgres } from './postgres-process.js'

const run = promisify(execFile)

/** The same with the way into the database behind it. */
export interface PostgresServer extends TestServer {
  /** What psql prints, unaligned and without headings. */
  psql(...statements: readonly string[]): Promise<string>
}

/** A real MLflow server over PostgreSQL, or why there is none. */
export const postgresServer = async (): Promise<PostgresServer | Skipped> => {
  const bin = postgresBinaries()
  if (bin === undefined)
    return { skipped: 'no PostgreSQL on this machine (Debian: apt-get install postgresql)' }
  const { uri } = await startPostgres(bin, ({ pid, stop }) => {
    // Stopped at the end of the test run, whatever becomes of this file, and as soon as the file is done.
    writeFileSync(
      join(inject('mlflowFolder'), `postgres-${pid}.server.json`),
      JSON.stringify({ url: '', pid }),
    )
    afterAll(stop)
  })
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
