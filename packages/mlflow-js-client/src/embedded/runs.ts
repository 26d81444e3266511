import { experimentRow } from './experiments.js'
import { datasetInputsOf } from './inputs.js'
import { refusal } from './refusal.js'
import { madeUpName } from './run-name.js'
import type { Row, Sqlite } from './sqlite.js'
import { type Fields, metricOf, pairOf, runInfoOf, text, type WirePair, type WireRun } from './wire.js'

const nameTag = 'mlflow.runName'

/** @throws MlflowError `RESOURCE_DOES_NOT_EXIST` */
export const runRow = (db: Sqlite, id: unknown): Row => {
  const [row] = db.all('SELECT * FROM runs WHERE run_uuid = ?', String(id))
  if (row) return row
  throw refusal('RESOURCE_DOES_NOT_EXIST', `Run with id=${String(id)} not found`)
}

/** @throws MlflowError `INVALID_PARAMETER_VALUE` for a run that is deleted */
export const activeRunRow = (db: Sqlite, id: unknown): Row => {
  const row = runRow(db, id)
  if (row.lifecycle_stage === 'active') return row
  throw refusal(
    'INVALID_PARAMETER_VALUE',
    `The run ${String(id)} must be in the 'active' state. Current state is ${text(row.lifecycle_stage)}.`,
  )
}

export const setTag = (db: Sqlite, runId: string, { key, value }: WirePair): void => {
  db.run(
    `INSERT INTO tags ("key", value, run_uuid) VALUES (?, ?, ?)
     ON CONFLICT ("key", run_uuid) DO UPDATE SET value = excluded.value`,
    key,
    value,
    runId,
  )
  if (key === nameTag) db.run('UPDATE runs SET name = ? WHERE run_uuid = ?', value, runId)
}

export const toWire = (db: Sqlite, row: Row): WireRun => {
  const id = row.run_uuid ?? null
  const metrics = db.all(
    'SELECT "key", value, timestamp, step, is_nan FROM latest_metrics WHERE run_uuid = ?',
    id,
  )
  return {
    info: runInfoOf(row),
    data: {
      metrics: metrics.map(metricOf),
      params: db.all('SELECT "key", value FROM params WHERE run_uuid = ?', id).map(pairOf),
      tags: db.all('SELECT "key", value FROM tags WHERE run_uuid = ?', id).map(pairOf),
    },
    inputs: { dataset_inputs: datasetInputsOf(db, id) },
  }
}

export const createRun = (db: Sqlite, fields: Fields) => {
  const experiment = experimentRow(db, fields.experiment_id)
  if (experiment.lifecycle_stage !== 'active') {
    throw refusal(
      'INVALID_PARAMETER_VALUE',
      `The experiment ${text(experiment.experiment_id)} must be in the 'active' state. Current state is deleted.`,
    )
  }
  const tags = (fields.tags ?? []) as readonly WirePair[]
  const tagged = tags.find(({ key }) => key === nameTag)?.value
  if (fields.run_name !== undefined && tagged !== undefined && fields.run_name !== tagged) {
    throw refusal(
      'INVALID_PARAMETER_VALUE',
      `Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='${String(fields.run_name)}', mlflow.runName='${tagged}').`,
    )
  }
  const name = String(fields.run_name ?? tagged ?? madeUpName())
  const id = globalThis.crypto.randomUUID().replaceAll('-', '')
  const artifactUri = `${text(experiment.artifact_location).replace(/\/+$/, '')}/${id}/artifacts`
  db.run(
    `INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time,
       source_version, lifecycle_stage, artifact_uri, experiment_id)
     VALUES (?, ?, 'UNKNOWN', '', '', ?, 'RUNNING', ?, '', 'active', ?, ?)`,
    id,
    name,
    String(fields.user_id ?? ''),
    Number(fields.start_time ?? 0),
    artifactUri,
    experiment.experiment_id ?? null,
  )
  for (const tag of [...tags, { key: nameTag, value: name }]) setTag(db, id, tag)
  return { run: toWire(db, runRow(db, id)) }
}

export const getRun = (db: Sqlite, { run_id }: Fields) => ({ run: toWire(db, runRow(db, run_id)) })

export const updateRun = (db: Sqlite, { run_id, status, end_time, run_name }: Fields) => {
  const id = text(activeRunRow(db, run_id).run_uuid)
  if (status !== undefined) db.run('UPDATE runs SET status = ? WHERE run_uuid = ?', String(status), id)
  if (end_time !== undefined) db.run('UPDATE runs SET end_time = ? WHERE run_uuid = ?', Number(end_time), id)
  if (run_name !== undefined) setTag(db, id, { key: nameTag, value: String(run_name) })
  return { run_info: runInfoOf(runRow(db, id)) }
}

const setStage = (db: Sqlite, { run_id }: Fields, stage: 'active' | 'deleted') => {
  runRow(db, run_id)
  db.run(
    'UPDATE runs SET lifecycle_stage = ?, deleted_time = ? WHERE run_uuid = ?',
    stage,
    stage === 'deleted' ? Date.now() : null,
    String(run_id),
  )
  return {}
}

export const deleteRun = (db: Sqlite, fields: Fields) => setStage(db, fields, 'deleted')
export const restoreRun = (db: Sqlite, fields: Fields) => setStage(db, fields, 'active')

export const deleteTag = (db: Sqlite, { run_id, key }: Fields) => {
  const id = text(activeRunRow(db, run_id).run_uuid)
  if (db.all('SELECT 1 AS found FROM tags WHERE run_uuid = ? AND "key" = ?', id, String(key)).length === 0) {
    throw refusal('RESOURCE_DOES_NOT_EXIST', `No tag with name: ${String(key)} in run with id ${id}`)
  }
  db.run('DELETE FROM tags WHERE run_uuid = ? AND "key" = ?', id, String(key))
  return {}
}
