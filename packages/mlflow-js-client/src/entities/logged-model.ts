import type { components } from '../openapi/schema.gen.js'
import { toRecord } from './key-value.js'
import { type MetricPoint, metricFromWire } from './metric.js'
import { understood } from './understood.js'

/** The server's `LOGGED_MODEL_*`, without the prefix. */
export type LoggedModelStatus = 'PENDING' | 'READY' | 'UPLOAD_FAILED'

/** A model that a run logged, as the server keeps it. */
export interface LoggedModel {
  readonly modelId: string
  readonly experimentId: string
  readonly name: string
  readonly status: LoggedModelStatus
  readonly artifactUri: string
  readonly modelType?: string
  readonly sourceRunId?: string
  /** Milliseconds since 1970. */
  readonly creationTime: number
  /** Milliseconds since 1970. */
  readonly lastUpdateTime: number
  readonly params: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  readonly metrics: readonly MetricPoint[]
}

type WireStatus = components['schemas']['LoggedModelStatus']

export const modelStatusToWire = (status: LoggedModelStatus): WireStatus => `LOGGED_MODEL_${status}`

export const loggedModelFromWire = understood(
  ({ info, data }: components['schemas']['LoggedModel']): LoggedModel => ({
    modelId: info.model_id,
    experimentId: info.experiment_id,
    name: info.name ?? '',
    status: (info.status ?? 'LOGGED_MODEL_PENDING').slice('LOGGED_MODEL_'.length) as LoggedModelStatus,
    artifactUri: info.artifact_uri ?? '',
    ...(info.model_type ? { modelType: info.model_type } : {}),
    ...(info.source_run_id ? { sourceRunId: info.source_run_id } : {}),
    creationTime: info.creation_timestamp_ms ?? 0,
    lastUpdateTime: info.last_updated_timestamp_ms ?? 0,
    params: toRecord(data?.params),
    tags: toRecord(info.tags),
    metrics: (data?.metrics ?? []).map(metricFromWire),
  }),
)
