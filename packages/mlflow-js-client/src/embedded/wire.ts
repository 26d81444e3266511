import type { components } from '../openapi/schema.gen.js'
import type { Row, SqlValue } from './sqlite.js'

type Schemas = components['schemas']
export type WireRun = Schemas['Run']
export type WireRunInfo = Schemas['RunInfo']
export type WireMetric = Schemas['Metric']
export type WireExperiment = Schemas['Experiment']
export type WirePair = Schemas['KeyValue']

/** The body of a request, or its query: checked by the client before it is sent. */
export type Fields = Readonly<Record<string, unknown>>

export const text = (value: SqlValue | undefined): string =>
  value === null || value === undefined ? '' : String(value)
const optional = <K extends string>(key: K, value: SqlValue | undefined): Partial<Record<K, number>> =>
  (value === null || value === undefined ? {} : { [key]: Number(value) }) as Partial<Record<K, number>>

export const pairOf = ({ key, value }: Row): WirePair => ({ key: text(key!), value: text(value!) })

export const metricOf = (row: Row): WireMetric => ({
  key: text(row.key),
  value: row.is_nan ? 'NaN' : Number(row.value),
  timestamp: Number(row.timestamp),
  step: Number(row.step),
  ...(row.run_uuid === undefined ? {} : { run_id: text(row.run_uuid) }),
})

export const runInfoOf = (row: Row): WireRunInfo => ({
  run_id: text(row.run_uuid),
  run_uuid: text(row.run_uuid),
  run_name: text(row.name),
  experiment_id: text(row.experiment_id),
  user_id: text(row.user_id),
  status: text(row.status) as NonNullable<WireRunInfo['status']>,
  ...optional('start_time', row.start_time),
  ...optional('end_time', row.end_time),
  artifact_uri: text(row.artifact_uri),
  lifecycle_stage: text(row.lifecycle_stage) as 'active' | 'deleted',
})

export const experimentOf = (row: Row, tags: readonly WirePair[]): WireExperiment => ({
  experiment_id: text(row.experiment_id),
  name: text(row.name),
  artifact_location: text(row.artifact_location),
  lifecycle_stage: text(row.lifecycle_stage) as 'active' | 'deleted',
  ...optional('creation_time', row.creation_time),
  ...optional('last_update_time', row.last_update_time),
  ...(tags.length > 0 ? { tags: [...tags] } : {}),
})
