import { comparison, parseFilter, parseOrdering } from './filter.js'
import type { Location } from './location.js'
import { type PageRequest, pageOf, pageRequest } from './page.js'
import { refusal } from './refusal.js'
import type { Row, Sqlite, SqlValue } from './sqlite.js'
import { experimentOf, type Fields, pairOf, type WireExperiment, type WirePair } from './wire.js'

const columns: Readonly<Record<string, string>> = {
  name: 'name',
  experiment_id: 'experiment_id',
  creation_time: 'creation_time',
  last_update_time: 'last_update_time',
}

const columnOf = (key: string): string => {
  const column = columns[key]
  if (column) return column
  throw refusal('INVALID_PARAMETER_VALUE', `Experiments have no attribute "${key}" to search by.`)
}

const insert = (db: Sqlite, location: Location, id: number, name: string, artifacts?: unknown): void => {
  const now = Date.now()
  db.run(
    `INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time)
     VALUES (?, ?, ?, 'active', ?, ?)`,
    id,
    name,
    String(artifacts ?? location.artifactLocation(String(id))),
    now,
    now,
  )
}

/** The experiment that runs go to which name none. */
export const insertDefaultExperiment = (db: Sqlite, location: Location): void =>
  insert(db, location, 0, 'Default')

const setTag = (db: Sqlite, id: SqlValue, { key, value }: WirePair): void =>
  db.run(
    `INSERT INTO experiment_tags ("key", value, experiment_id) VALUES (?, ?, ?)
     ON CONFLICT ("key", experiment_id) DO UPDATE SET value = excluded.value`,
    key,
    value,
    id,
  )

/** @throws MlflowError `RESOURCE_DOES_NOT_EXIST` */
export const experimentRow = (db: Sqlite, id: unknown): Row => {
  const [row] = db.all('SELECT * FROM experiments WHERE experiment_id = ?', String(id))
  if (row) return row
  throw refusal('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${String(id)} exists`)
}

const toWire = (db: Sqlite, row: Row): WireExperiment =>
  experimentOf(
    row,
    db
      .all('SELECT "key", value FROM experiment_tags WHERE experiment_id = ?', row.experiment_id ?? null)
      .map(pairOf),
  )

export const createExperiment = (db: Sqlite, fields: Fields, location: Location) => {
  const name = String(fields.name)
  if (db.all('SELECT 1 AS found FROM experiments WHERE name = ?', name).length > 0) {
    throw refusal('RESOURCE_ALREADY_EXISTS', `Experiment(name=${name}) already exists.`)
  }
  const [last] = db.all('SELECT max(experiment_id) AS id FROM experiments')
  const id = Number(last?.id ?? 0) + 1
  insert(db, location, id, name, fields.artifact_location)
  for (const tag of (fields.tags ?? []) as readonly WirePair[]) setTag(db, id, tag)
  return { experiment_id: String(id) }
}

export const getExperiment = (db: Sqlite, { experiment_id }: Fields) => ({
  experiment: toWire(db, experimentRow(db, experiment_id)),
})

export const getExperimentByName = (db: Sqlite, { experiment_name }: Fields) => {
  const [row] = db.all('SELECT * FROM experiments WHERE name = ?', String(experiment_name))
  if (row) return { experiment: toWire(db, row) }
  throw refusal('RESOURCE_DOES_NOT_EXIST', `Could not find experiment with name '${String(experiment_name)}'`)
}

const stages: Readonly<Record<string, string>> = {
  ACTIVE_ONLY: "lifecycle_stage = 'active'",
  DELETED_ONLY: "lifecycle_stage = 'deleted'",
  ALL: '1',
}

/** The condition of a view; active ones unless it says otherwise. */
export const stageCondition = (view: unknown): string => stages[String(view ?? 'ACTIVE_ONLY')] ?? '1'

export const searchExperiments = (db: Sqlite, fields: Fields) => {
  const conditions = [stageCondition(fields.view_type)]
  const values: SqlValue[] = []
  for (const clause of parseFilter(String(fields.filter ?? ''))) {
    const found = comparison(clause.entity === 'tags' ? 'value' : columnOf(clause.key), clause)
    if (clause.entity === 'tags') {
      conditions.push(
        `experiment_id IN (SELECT experiment_id FROM experiment_tags WHERE "key" = ? AND ${found.sql})`,
      )
      values.push(clause.key)
    } else {
      conditions.push(found.sql)
    }
    values.push(...found.values)
  }
  const orders = ((fields.order_by ?? []) as readonly string[]).map(parseOrdering)
  const order = orders.map(({ key, isDescending }) => `${columnOf(key)} ${isDescending ? 'DESC' : 'ASC'}`)
  const page: PageRequest = pageRequest(fields, 1000)
  const rows = db.all(
    `SELECT * FROM experiments WHERE ${conditions.join(' AND ')}
     ORDER BY ${[...order, 'creation_time DESC', 'experiment_id ASC'].join(', ')} LIMIT ? OFFSET ?`,
    ...values,
    page.limit + 1,
    page.offset,
  )
  const { items, token } = pageOf(rows, page)
  return { experiments: items.map(row => toWire(db, row)), ...token }
}

const update = (db: Sqlite, id: unknown, column: 'name' | 'lifecycle_stage', value: string) => {
  experimentRow(db, id)
  db.run(
    `UPDATE experiments SET ${column} = ?, last_update_time = ? WHERE experiment_id = ?`,
    value,
    Date.now(),
    String(id),
  )
  return {}
}

export const renameExperiment = (db: Sqlite, { experiment_id, new_name }: Fields) =>
  update(db, experiment_id, 'name', String(new_name))

const withItsRuns = (db: Sqlite, { experiment_id }: Fields, stage: 'active' | 'deleted') => {
  update(db, experiment_id, 'lifecycle_stage', stage)
  const deletedTime = stage === 'deleted' ? Date.now() : null
  db.run(
    'UPDATE runs SET lifecycle_stage = ?, deleted_time = ? WHERE experiment_id = ?',
    stage,
    deletedTime,
    String(experiment_id),
  )
  return {}
}

export const deleteExperiment = (db: Sqlite, fields: Fields) => withItsRuns(db, fields, 'deleted')
export const restoreExperiment = (db: Sqlite, fields: Fields) => withItsRuns(db, fields, 'active')

export const setExperimentTag = (db: Sqlite, { experiment_id, key, value }: Fields) => {
  experimentRow(db, experiment_id)
  setTag(db, String(experiment_id), { key: String(key), value: String(value) })
  return {}
}
