import { pageOf, pageRequest } from './page.js'
import { refusal } from './refusal.js'
import { runRow } from './runs.js'
import type { Row, Sqlite } from './sqlite.js'
import { type Fields, metricOf } from './wire.js'

const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)]

const marks = (items: readonly unknown[]): string => items.map(() => '?').join(', ')

const POINT = '"key", value, timestamp, step, is_nan'
const ORDER = 'timestamp, step, value'

export const metricHistory = (db: Sqlite, fields: Fields) => {
  runRow(db, fields.run_id)
  const page = pageRequest(fields, 25_000)
  const rows = db.all(
    `SELECT ${POINT} FROM metrics WHERE run_uuid = ? AND "key" = ? ORDER BY ${ORDER} LIMIT ? OFFSET ?`,
    String(fields.run_id),
    String(fields.metric_key),
    page.limit + 1,
    page.offset,
  )
  const { items, token } = pageOf(rows, page)
  return { metrics: items.map(metricOf), ...token }
}

export const metricHistoryBulk = (db: Sqlite, fields: Fields) => {
  const runIds = listOf(fields.run_id)
  if (runIds.length === 0 || runIds.length > 100) {
    throw refusal(
      'INVALID_PARAMETER_VALUE',
      `GetMetricHistoryBulk takes 1 to 100 run ids, not ${runIds.length}.`,
    )
  }
  const rows = db.all(
    `SELECT ${POINT}, run_uuid FROM metrics WHERE "key" = ? AND run_uuid IN (${marks(runIds)})
     ORDER BY run_uuid, ${ORDER} LIMIT ?`,
    String(fields.metric_key),
    ...runIds,
    Number(fields.max_results ?? 25_000),
  )
  return { metrics: rows.map(metricOf) }
}

/** So many of them, evenly, with the first and the last. */
const thinned = (rows: readonly Row[], most: number): readonly Row[] => {
  if (rows.length <= most) return rows
  const kept = Math.max(2, most)
  const at = (index: number): number => Math.round((index * (rows.length - 1)) / (kept - 1))
  return Array.from({ length: kept }, (_, index) => rows[at(index)]!)
}

export const sampledHistory = (db: Sqlite, fields: Fields) => {
  const most = Number(fields.max_results ?? 320)
  const inRange = fields.start_step === undefined ? '' : 'AND step BETWEEN ? AND ?'
  const range = fields.start_step === undefined ? [] : [Number(fields.start_step), Number(fields.end_step)]
  const metrics = listOf(fields.run_ids).flatMap(runId => {
    const rows = db.all(
      `SELECT ${POINT}, run_uuid FROM metrics WHERE "key" = ? AND run_uuid = ? ${inRange} ORDER BY step, timestamp`,
      String(fields.metric_key),
      runId,
      ...range,
    )
    return thinned(rows, most).map(metricOf)
  })
  return { metrics }
}
