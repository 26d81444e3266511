import { stageCondition } from './experiments.js'
import {
  type Clause,
  type Condition,
  comparison,
  type Ordering,
  parseFilter,
  parseOrdering,
} from './filter.js'
import { pageOf, pageRequest } from './page.js'
import { refusal } from './refusal.js'
import { toWire } from './runs.js'
import type { Sqlite, SqlValue } from './sqlite.js'
import type { Fields } from './wire.js'

const attributes: Readonly<Record<string, string>> = {
  run_id: 'run_uuid',
  run_name: 'name',
  'run name': 'name',
  status: 'status',
  artifact_uri: 'artifact_uri',
  user_id: 'user_id',
  start_time: 'start_time',
  created: 'start_time',
  end_time: 'end_time',
}

const tables: Readonly<Record<string, string>> = {
  metrics: 'latest_metrics',
  params: 'params',
  tags: 'tags',
}

const attributeColumn = (key: string): string => {
  const column = attributes[key.toLowerCase()]
  if (column) return `runs.${column}`
  throw refusal('INVALID_PARAMETER_VALUE', `Runs have no attribute "${key}" to search by.`)
}

const conditionOf = (clause: Clause): Condition => {
  const table = tables[clause.entity]
  if (!table) return comparison(attributeColumn(clause.key), clause)
  const { sql, values } = comparison('value', clause)
  return {
    sql: `runs.run_uuid IN (SELECT run_uuid FROM ${table} WHERE "key" = ? AND ${sql})`,
    values: [clause.key, ...values],
  }
}

/** What has no such value comes last, whichever way the others go. */
const orderOf = ({ entity, key, isDescending }: Ordering): Condition => {
  const table = tables[entity]
  const direction = isDescending ? 'DESC' : 'ASC'
  if (!table) {
    const column = attributeColumn(key)
    return { sql: `${column} IS NULL, ${column} ${direction}`, values: [] }
  }
  const isNumber = entity === 'metrics' ? 'AND NOT is_nan' : ''
  const value = `(SELECT value FROM ${table} WHERE ${table}.run_uuid = runs.run_uuid AND "key" = ? ${isNumber})`
  return { sql: `${value} IS NULL, ${value} ${direction}`, values: [key, key] }
}

export const searchRuns = (db: Sqlite, fields: Fields) => {
  const ids = (fields.experiment_ids ?? []) as readonly string[]
  const conditions: Condition[] = [
    { sql: `experiment_id IN (${ids.map(() => '?').join(', ')})`, values: ids },
    { sql: stageCondition(fields.run_view_type), values: [] },
    ...parseFilter(String(fields.filter ?? '')).map(conditionOf),
  ]
  const orders = ((fields.order_by ?? []) as readonly string[]).map(order => orderOf(parseOrdering(order)))
  const values: SqlValue[] = [...conditions, ...orders].flatMap(condition => [...condition.values])
  const page = pageRequest(fields, 1000)
  const rows = db.all(
    `SELECT runs.* FROM runs WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}
     ORDER BY ${[...orders.map(({ sql }) => sql), 'start_time DESC', 'run_uuid'].join(', ')} LIMIT ? OFFSET ?`,
    ...values,
    page.limit + 1,
    page.offset,
  )
  const { items, token } = pageOf(rows, page)
  return { runs: items.map(row => toWire(db, row)), ...token }
}
