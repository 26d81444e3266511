import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EpochwattError, withoutSecrets } from '@epochwatt/core'
import type { AggregateField, RunDigest } from '@epochwatt/report'
import { aggregateSql, RUN_COLUMNS } from './aggregate-sql.js'

export type SqlRow = Readonly<Record<string, string | number | null>>

type DuckDb = typeof import('@duckdb/node-api')
type Connection = Awaited<ReturnType<InstanceType<DuckDb['DuckDBInstance']>['connect']>>

/** Beside the command, or in the project where it is run: `npx` puts the command somewhere else. */
const loadDuckDb = async (): Promise<DuckDb> => {
  try {
    return await import('@duckdb/node-api')
  } catch {
    // Not there.
  }
  try {
    const path = createRequire(join(process.cwd(), 'any.js')).resolve('@duckdb/node-api')
    return (await import(pathToFileURL(path).href)) as DuckDb
  } catch (cause) {
    throw new EpochwattError(
      'DUCKDB_MISSING',
      'DuckDB is not installed: npm install @duckdb/node-api. Without it, leave out --parquet and --write-parquet.',
      { cause },
    )
  }
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

const isRemote = (path: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(path)

const withConnection = async <Result>(use: (connection: Connection) => Promise<Result>): Promise<Result> => {
  const { DuckDBInstance } = await loadDuckDb()
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    return await use(connection)
  } catch (cause) {
    if (cause instanceof EpochwattError) throw cause
    // It quotes the statement, and addresses of object storage may hold a key.
    const problem = withoutSecrets((cause as Error).message)
    throw new EpochwattError('DUCKDB_FAILED', `DuckDB: ${problem}`, { cause: new Error(problem) })
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

const tableRow = (run: RunDigest): SqlRow => ({
  id: run.id,
  project: run.project,
  user: run.tags.user ?? null,
  team: run.tags.team ?? null,
  month: run.started_at.slice(0, 7),
  hardware: run.hardware ?? null,
  status: run.status,
  grid: run.grid.zone,
  duration_s: run.duration_s,
  energy_kwh: run.energy.total_kwh?.value ?? null,
  energy_kwh_low: run.energy.total_kwh?.low ?? null,
  energy_kwh_high: run.energy.total_kwh?.high ?? null,
  operational_g: run.carbon.operational_g?.value ?? null,
  operational_g_low: run.carbon.operational_g?.low ?? null,
  operational_g_high: run.carbon.operational_g?.high ?? null,
  embodied_g: run.carbon.embodied_g?.value ?? null,
  intensity: run.carbon.operational_g ? `${run.grid.basis} ${run.grid.kind}` : null,
})

/** Writes the runs as one Parquet file with the columns that `aggregateParquet` reads. */
export const writeParquet = async (path: string, digests: readonly RunDigest[]): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'epochwatt-parquet-'))
  const file = join(folder, 'runs.jsonl')
  try {
    writeFileSync(file, digests.map(run => `${JSON.stringify(tableRow(run))}\n`).join(''), { mode: 0o600 })
    const columns = Object.entries(RUN_COLUMNS)
      .map(([name, type]) => `${text(name)}: ${text(type)}`)
      .join(', ')
    await withConnection(connection =>
      connection.run(
        `COPY (SELECT * FROM read_json(${text(file)}, format = 'newline_delimited', columns = {${columns}})) TO ${text(path)} (FORMAT parquet)`,
      ),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * The roll-up of runs in Parquet files: a path, a pattern such as `runs/*.parquet`, or object storage (`s3://…`,
 * `https://…`), for which DuckDB fetches its extension httpfs and takes its credentials from the environment.
 *
 * @throws EpochwattError `DUCKDB_MISSING`, or `DUCKDB_FAILED` with what DuckDB says.
 */
export const aggregateParquet = (path: string, by: readonly AggregateField[]): Promise<readonly SqlRow[]> =>
  withConnection(async connection => {
    if (isRemote(path)) {
      await connection.run('INSTALL httpfs; LOAD httpfs;')
      await connection.run('CREATE SECRET (TYPE s3, PROVIDER credential_chain)').catch(() => {
        // No credentials anywhere: what is public can be read without.
      })
    }
    await connection.run(`CREATE VIEW runs AS SELECT * FROM read_parquet(${text(path)})`)
    const result = await connection.runAndReadAll(aggregateSql(by))
    return result.getRowObjectsJson() as readonly SqlRow[]
  })
