import type { components } from '../openapi/schema.gen.js'
import { refusal } from './refusal.js'
import type { Row, Sqlite, SqlValue } from './sqlite.js'
import { type Fields, text } from './wire.js'

type WireDatasetInput = components['schemas']['DatasetInput']
type WireDataset = WireDatasetInput['dataset']

const newId = (): string => globalThis.crypto.randomUUID().replaceAll('-', '')

const datasetOf = (row: Row): WireDataset => ({
  name: text(row.name),
  digest: text(row.digest),
  source_type: text(row.dataset_source_type),
  source: text(row.dataset_source),
  ...(row.dataset_schema === null ? {} : { schema: text(row.dataset_schema) }),
  ...(row.dataset_profile === null ? {} : { profile: text(row.dataset_profile) }),
})

export const datasetInputsOf = (db: Sqlite, runId: SqlValue): WireDatasetInput[] =>
  db
    .all(
      `SELECT datasets.*, inputs.input_uuid FROM inputs JOIN datasets ON datasets.dataset_uuid = inputs.source_id
       WHERE inputs.destination_type = 'RUN' AND inputs.source_type = 'DATASET' AND inputs.destination_id = ?`,
      runId,
    )
    .map(row => ({
      dataset: datasetOf(row),
      tags: db
        .all('SELECT name, value FROM input_tags WHERE input_uuid = ?', row.input_uuid ?? null)
        .map(tag => ({ key: text(tag.name), value: text(tag.value) })),
    }))

const datasetId = (db: Sqlite, experimentId: SqlValue, dataset: WireDataset): string => {
  const { name, digest } = dataset
  const find = 'SELECT dataset_uuid FROM datasets WHERE experiment_id = ? AND name = ? AND digest = ?'
  const [known] = db.all(find, experimentId, name, digest)
  if (known) return text(known.dataset_uuid)
  const id = newId()
  db.run(
    `INSERT INTO datasets (dataset_uuid, experiment_id, name, digest, dataset_source_type, dataset_source,
       dataset_schema, dataset_profile) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    experimentId,
    name,
    digest,
    dataset.source_type,
    dataset.source,
    dataset.schema ?? null,
    dataset.profile ?? null,
  )
  return id
}

/** @param run the row of the run, which is active */
export const logInputs = (db: Sqlite, run: Row, fields: Fields) => {
  if (Array.isArray(fields.models) && fields.models.length > 0) {
    throw refusal(
      'INVALID_PARAMETER_VALUE',
      'Logged models need a server of MLflow 3; name it by MLFLOW_TRACKING_URI.',
    )
  }
  const runId = text(run.run_uuid)
  for (const { dataset, tags = [] } of (fields.datasets ?? []) as readonly WireDatasetInput[]) {
    const source = datasetId(db, run.experiment_id ?? null, dataset)
    const find = `SELECT input_uuid FROM inputs
      WHERE source_type = 'DATASET' AND source_id = ? AND destination_type = 'RUN' AND destination_id = ?`
    // A run that names a dataset a second time keeps what it said the first time, as on a server.
    if (db.all(find, source, runId).length > 0) continue
    const id = newId()
    db.run(
      `INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id)
       VALUES (?, 'DATASET', ?, 'RUN', ?)`,
      id,
      source,
      runId,
    )
    for (const { key, value } of tags) {
      db.run('INSERT INTO input_tags (input_uuid, name, value) VALUES (?, ?, ?)', id, key, value)
    }
  }
  return {}
}
