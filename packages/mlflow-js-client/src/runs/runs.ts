import type { BatchSender } from '../batch/log-batch.js'
import type { ValuePolicy } from '../batch/screen.js'
import { type DatasetInput, datasetInputToWire } from '../entities/dataset.js'
import {
  type ModelOutput,
  type Run,
  type RunInfo,
  type RunStatus,
  runFromWire,
  runInfoFromWire,
  type ViewType,
} from '../entities/run.js'
import { eachUnderstood } from '../entities/understood.js'
import { type Api, bodyOf } from '../http/api.js'
import type { Transport } from '../http/transport.js'
import { type Paged, paged } from '../paging/paged.js'
import { checked } from '../validation/validate.js'
import { type CreateRun, createRun } from './create-run.js'
import { createRunLogging, type RunLogging } from './run-logging.js'

/** What of a run changes; the rest stays. */
export interface UpdateRun {
  readonly status?: RunStatus
  /** Milliseconds since 1970. */
  readonly endTime?: number
  readonly runName?: string
}

/** Which runs of which experiments, in MLflow's filter language. */
export interface SearchRuns {
  readonly experimentIds: readonly string[]
  /** Such as ``metrics.`loss/val` < 0.1 and params.optimizer = 'adam'``. */
  readonly filter?: string
  /** Such as `metrics.loss ASC`. */
  readonly orderBy?: readonly string[]
  /** Default: active ones only. */
  readonly viewType?: ViewType
  /** At most so many in all. Default: all there are. */
  readonly maxResults?: number
}

/** What a run used. */
export interface LogInputs {
  readonly datasets?: readonly DatasetInput[]
  /** Logged models that the run used; servers from 3.0 on. */
  readonly modelIds?: readonly string[]
}

/** Runs of a server, each named by its id. Methods reject with an `MlflowError`. */
export interface Runs extends RunLogging {
  /** Made once, even if the reply to the first attempt is lost. */
  create(run: CreateRun): Promise<Run>
  /** @throws MlflowError `RESOURCE_DOES_NOT_EXIST` */
  get(runId: string): Promise<Run>
  update(runId: string, update: UpdateRun): Promise<RunInfo>
  /** Sets the end time to now, unless given, and the status to `FINISHED`, unless given. */
  end(runId: string, status?: RunStatus, endTime?: number): Promise<RunInfo>
  search(query: SearchRuns): Paged<Run>
  delete(runId: string): Promise<void>
  restore(runId: string): Promise<void>
  deleteTag(runId: string, key: string): Promise<void>
  logInputs(runId: string, inputs: LogInputs): Promise<void>
  /** Logged models that the run made; servers from 3.0 on. */
  logOutputs(runId: string, models: readonly ModelOutput[]): Promise<void>
}

const pageSize = 1000

export const createRuns = (
  api: Api,
  transport: Transport,
  sender: BatchSender,
  policy: ValuePolicy,
): Runs => {
  const update: Runs['update'] = async (runId, { status, endTime, runName }) => {
    const body = await checked('updateRun', {
      run_id: runId,
      ...(status === undefined ? {} : { status }),
      ...(endTime === undefined ? {} : { end_time: endTime }),
      ...(runName === undefined ? {} : { run_name: runName }),
    })
    return runInfoFromWire((await bodyOf(api.POST('/api/2.0/mlflow/runs/update', { body }))).run_info)
  }

  return {
    ...createRunLogging(sender, policy),

    create: run => createRun(api, transport, run),

    get: async runId => {
      const query = await checked('runById', { run_id: runId })
      return runFromWire((await bodyOf(api.GET('/api/2.0/mlflow/runs/get', { params: { query } }))).run)
    },

    update,
    end: (runId, status = 'FINISHED', endTime = Date.now()) => update(runId, { status, endTime }),

    search: ({ experimentIds, filter, orderBy, viewType, maxResults }) =>
      paged(async pageToken => {
        const body = await checked('searchRuns', {
          experiment_ids: [...experimentIds],
          max_results: Math.min(pageSize, maxResults ?? pageSize),
          ...(filter === undefined ? {} : { filter }),
          ...(orderBy === undefined ? {} : { order_by: [...orderBy] }),
          ...(viewType === undefined ? {} : { run_view_type: viewType }),
          ...(pageToken === undefined ? {} : { page_token: pageToken }),
        })
        const page = await bodyOf(api.POST('/api/2.0/mlflow/runs/search', { body }))
        return { items: eachUnderstood(page.runs, runFromWire), nextPageToken: page.next_page_token }
      }, maxResults),

    delete: async runId => {
      await api.POST('/api/2.0/mlflow/runs/delete', { body: await checked('runById', { run_id: runId }) })
    },

    restore: async runId => {
      await api.POST('/api/2.0/mlflow/runs/restore', { body: await checked('runById', { run_id: runId }) })
    },

    deleteTag: async (runId, key) => {
      const body = await checked('deleteTag', { run_id: runId, key })
      await api.POST('/api/2.0/mlflow/runs/delete-tag', { body })
    },

    logInputs: async (runId, { datasets = [], modelIds = [] }) => {
      const body = await checked('logInputs', {
        run_id: runId,
        ...(datasets.length > 0 ? { datasets: datasets.map(datasetInputToWire) } : {}),
        ...(modelIds.length > 0 ? { models: modelIds.map(id => ({ model_id: id })) } : {}),
      })
      await api.POST('/api/2.0/mlflow/runs/log-inputs', { body })
    },

    logOutputs: async (runId, models) => {
      const body = await checked('logOutputs', {
        run_id: runId,
        models: models.map(({ modelId, step }) => ({ model_id: modelId, step })),
      })
      await api.POST('/api/2.0/mlflow/runs/outputs', { body })
    },
  }
}
