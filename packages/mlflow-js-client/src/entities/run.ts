import type { components } from '../openapi/schema.gen.js'
import { type DatasetInput, datasetInputFromWire } from './dataset.js'
import type { LifecycleStage } from './experiment.js'
import { toRecord } from './key-value.js'
import { type MetricPoint, metricFromWire } from './metric.js'
import { understood } from './understood.js'

/** `SCHEDULED`, `RUNNING`, `FINISHED`, `FAILED` or `KILLED`. */
export type RunStatus = components['schemas']['RunStatus']

/** Which of active and deleted things a search finds: `ACTIVE_ONLY`, `DELETED_ONLY` or `ALL`. */
export type ViewType = components['schemas']['ViewType']

/** What a run is, without what was logged to it. */
export interface RunInfo {
  readonly runId: string
  readonly runName: string
  readonly experimentId: string
  readonly status: RunStatus
  /** Milliseconds since 1970. */
  readonly startTime: number
  /** Absent while the run goes on. */
  readonly endTime?: number
  readonly artifactUri: string
  readonly lifecycleStage: LifecycleStage
}

/** What was logged to a run. */
export interface RunData {
  /** The latest value of each metric: that with the highest step, then the latest time. */
  readonly metrics: Readonly<Record<string, number>>
  /** The same with step and time. */
  readonly latestMetrics: readonly MetricPoint[]
  readonly params: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
}

/** A logged model that a run made, and the step at which it did. */
export interface ModelOutput {
  readonly modelId: string
  readonly step: number
}

/** A run as the server keeps it. */
export interface Run {
  readonly info: RunInfo
  readonly data: RunData
  readonly inputs: { readonly datasets: readonly DatasetInput[]; readonly modelIds: readonly string[] }
  readonly outputs: { readonly models: readonly ModelOutput[] }
}

export const runInfoFromWire = understood(
  (wire: components['schemas']['RunInfo']): RunInfo => ({
    runId: wire.run_id,
    runName: wire.run_name ?? '',
    experimentId: wire.experiment_id,
    status: wire.status ?? 'RUNNING',
    startTime: wire.start_time ?? 0,
    ...(wire.end_time === undefined ? {} : { endTime: wire.end_time }),
    artifactUri: wire.artifact_uri ?? '',
    lifecycleStage: wire.lifecycle_stage ?? 'active',
  }),
)

export const runFromWire = understood((wire: components['schemas']['Run']): Run => {
  const latestMetrics = (wire.data?.metrics ?? []).map(metricFromWire)
  return {
    info: runInfoFromWire(wire.info),
    data: {
      metrics: Object.fromEntries(latestMetrics.map(({ key, value }) => [key, value])),
      latestMetrics,
      params: toRecord(wire.data?.params),
      tags: toRecord(wire.data?.tags),
    },
    inputs: {
      datasets: (wire.inputs?.dataset_inputs ?? []).map(datasetInputFromWire),
      modelIds: (wire.inputs?.model_inputs ?? []).map(input => input.model_id),
    },
    outputs: {
      models: (wire.outputs?.model_outputs ?? []).map(({ model_id, step }) => ({ modelId: model_id, step })),
    },
  }
})
