import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { checkLayout, isEmpty } from './layout.js'
import { refusal } from './refusal.js'
import { schemaStatements } from './schema.js'
import { isBusy, openSqlite, type Sqlite } from './sqlite.js'

/** A database file. The work is done in one transaction each, may be done again from the start, and never awaits. */
export interface Store {
  read<T>(work: (db: Sqlite) => T): Promise<T>
  write<T>(work: (db: Sqlite) => T): Promise<T>
}

/** As long as MLflow itself waits for another process. */
const patienceMs = 20_000

/** SQLite waits by blocking the thread, which may be that of a training: hardly at all, then. */
const blockingWaitMs = 20

/** A file that nobody uses is closed, so that it can be moved or deleted. */
const idleMs = 1000

const rollBack = (db: Sqlite): void => {
  try {
    db.exec('ROLLBACK')
  } catch {
    // The transaction had not begun, or SQLite has ended it by itself.
  }
}

/** @param prepare puts the first rows into a new database */
export const createStore = (path: string, prepare: (db: Sqlite) => void): Store => {
  let opened: Promise<Sqlite> | undefined
  let knownSchema: unknown
  let idle: NodeJS.Timeout | undefined
  let inUse = 0

  const close = async (): Promise<void> => {
    const closing = opened
    opened = undefined
    knownSchema = undefined
    ;(await closing)?.close()
  }

  const open = async (): Promise<Sqlite> => {
    mkdirSync(dirname(path), { recursive: true })
    const db = await openSqlite(path)
    db.exec(`PRAGMA busy_timeout = ${blockingWaitMs}`)
    return db
  }

  /** MLflow may have migrated the file since it was last looked at. */
  const look = (db: Sqlite, canWrite: boolean): boolean => {
    const version = db.all('PRAGMA schema_version')[0]?.schema_version
    if (version === knownSchema) return true
    if (isEmpty(db)) {
      if (!canWrite) return false
      for (const statement of schemaStatements) db.exec(statement)
      prepare(db)
      return true
    }
    checkLayout(db, path)
    knownSchema = version
    return true
  }

  const attempt = <T>(db: Sqlite, begin: string, work: (db: Sqlite) => T): T => {
    try {
      db.exec(begin)
      if (!look(db, begin !== 'BEGIN')) {
        rollBack(db)
        return attempt(db, 'BEGIN IMMEDIATE', work)
      }
      const result = work(db)
      db.exec('COMMIT')
      return result
    } catch (error) {
      rollBack(db)
      throw error
    }
  }

  const transaction = async <T>(begin: string, work: (db: Sqlite) => T): Promise<T> => {
    clearTimeout(idle)
    inUse += 1
    try {
      opened ??= open()
      const db = await opened.catch(error => {
        opened = undefined
        throw error
      })
      for (let waited = 0, wait = 5; ; wait = Math.min(250, wait * 2)) {
        try {
          return attempt(db, begin, work)
        } catch (error) {
          if (!isBusy(error)) throw error
          if (waited >= patienceMs) {
            throw refusal('TEMPORARILY_UNAVAILABLE', `Another process holds ${path} for too long.`, error)
          }
          await pause(wait)
          waited += wait + blockingWaitMs
        }
      }
    } finally {
      inUse -= 1
      if (inUse === 0) idle = setTimeout(() => void close(), idleMs).unref()
    }
  }

  return {
    read: work => transaction('BEGIN', work),
    write: work => transaction('BEGIN IMMEDIATE', work),
  }
}
