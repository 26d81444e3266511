import { MlflowError } from '../errors/mlflow-error.js'

export type SqlValue = string | number | null
export type Row = Readonly<Record<string, SqlValue>>

/** An open SQLite file. Statements are prepared once and kept. */
export interface Sqlite {
  exec(sql: string): void
  run(sql: string, ...values: readonly SqlValue[]): void
  all(sql: string, ...values: readonly SqlValue[]): readonly Row[]
  close(): void
}

interface Statement {
  run(...values: readonly SqlValue[]): unknown
  all(...values: readonly SqlValue[]): unknown
}

/** What `libsql` and `node:sqlite` have in common. */
interface Database {
  exec(sql: string): unknown
  prepare(sql: string): Statement
  close(): void
}

type Open = (path: string) => Database

const openerOf = async (): Promise<Open> => {
  try {
    const { default: Libsql } = await import('libsql')
    return path => new Libsql(path) as unknown as Database
  } catch (cause) {
    // Second choice, since Node 22 announces it as experimental on the terminal of whoever trains.
    const builtin = process.getBuiltinModule?.('node:sqlite') as
      | { readonly DatabaseSync: new (path: string) => Database }
      | undefined
    if (builtin) return path => new builtin.DatabaseSync(path)
    throw new MlflowError(
      'NOT_IMPLEMENTED',
      'A database of one\'s own needs SQLite: run "npm install libsql", use Node 22.13 or later, or name a server by MLFLOW_TRACKING_URI.',
      { status: 501, cause },
    )
  }
}

/**
 * Opens a file, which is made if need be, with locks that other processes see, so that MLflow itself may have the
 * same file open.
 */
export const openSqlite = async (path: string): Promise<Sqlite> => {
  const database = (await openerOf())(path)
  const statements = new Map<string, Statement>()
  const prepared = (sql: string): Statement => {
    const known = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, known)
    return known
  }
  return {
    exec: sql => void database.exec(sql),
    run: (sql, ...values) => void prepared(sql).run(...values),
    all: (sql, ...values) => prepared(sql).all(...values) as readonly Row[],
    close: () => {
      statements.clear()
      database.close()
    },
  }
}

/** Another process holds the file for the moment. */
export const isBusy = (error: unknown): boolean =>
  error instanceof Error && /database (table |schema )?is locked|SQLITE_BUSY/.test(error.message)
