import { refusal } from './refusal.js'
import { activeRunRow, setTag } from './runs.js'
import type { Sqlite } from './sqlite.js'
import { type Fields, text, type WirePair } from './wire.js'

interface Point {
  readonly key: string
  readonly value: number | 'NaN' | 'Infinity' | '-Infinity'
  readonly timestamp: number | string
  readonly step?: number | string
}

/** As MLflow keeps them: no column of a database holds an infinity everywhere. */
const finite = (value: number): number => {
  if (Number.isNaN(value)) return 0
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value))
}

const logMetric = (db: Sqlite, runId: string, point: Point): void => {
  const given = Number(point.value)
  const values = [
    point.key,
    finite(given),
    Number(point.timestamp),
    Number(point.step ?? 0),
    Number.isNaN(given) ? 1 : 0,
    runId,
  ]
  // The same point again is the same point.
  db.run(
    `INSERT INTO metrics ("key", value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
    ...values,
  )
  db.run(
    `INSERT INTO latest_metrics ("key", value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT ("key", run_uuid) DO UPDATE
     SET value = excluded.value, timestamp = excluded.timestamp, step = excluded.step, is_nan = excluded.is_nan
     WHERE (excluded.step, excluded.timestamp, excluded.value) > (step, timestamp, value)`,
    ...values,
  )
}

const logParam = (db: Sqlite, runId: string, { key, value }: WirePair): void => {
  const [old] = db.all('SELECT value FROM params WHERE run_uuid = ? AND "key" = ?', runId, key)
  if (!old) db.run('INSERT INTO params ("key", value, run_uuid) VALUES (?, ?, ?)', key, value, runId)
  else if (old.value !== value) {
    throw refusal(
      'INVALID_PARAMETER_VALUE',
      `Changing param values is not allowed. Param with key='${key}' was already logged with value='${text(old.value)}' for run ID='${runId}'. Attempted logging new value '${value}'.`,
    )
  }
}

export const logBatch = (db: Sqlite, fields: Fields) => {
  const runId = text(activeRunRow(db, fields.run_id).run_uuid)
  for (const param of (fields.params ?? []) as readonly WirePair[]) logParam(db, runId, param)
  for (const metric of (fields.metrics ?? []) as readonly Point[]) logMetric(db, runId, metric)
  for (const tag of (fields.tags ?? []) as readonly WirePair[]) setTag(db, runId, tag)
  return {}
}

export const logOneMetric = (db: Sqlite, fields: Fields) =>
  logBatch(db, { run_id: fields.run_id, metrics: [fields] })
export const logOneParam = (db: Sqlite, fields: Fields) =>
  logBatch(db, { run_id: fields.run_id, params: [fields] })
export const setOneTag = (db: Sqlite, fields: Fields) =>
  logBatch(db, { run_id: fields.run_id, tags: [fields] })
