import { type TextValue, toKeyValues } from '../entities/key-value.js'
import {
  type LoggedModel,
  type LoggedModelStatus,
  loggedModelFromWire,
  modelStatusToWire,
} from '../entities/logged-model.js'
import { eachUnderstood } from '../entities/understood.js'
import { type Api, apiFetch, bodyOf } from '../http/api.js'
import { createOnce, creationFilter, creationTag } from '../http/create-once.js'
import type { Transport } from '../http/transport.js'
import { type Paged, paged } from '../paging/paged.js'
import { limits } from '../validation/limits.js'
import { checked } from '../validation/validate.js'

/** What a new logged model is made of. Servers from 3.0 on. */
export interface CreateLoggedModel {
  readonly experimentId: string
  readonly name?: string | undefined
  readonly modelType?: string | undefined
  readonly sourceRunId?: string | undefined
  readonly params?: Readonly<Record<string, TextValue>> | undefined
  readonly tags?: Readonly<Record<string, TextValue>> | undefined
}

/** Which logged models of which experiments. */
export interface SearchLoggedModels {
  readonly experimentIds: readonly string[]
  /** Such as `metrics.accuracy > 0.9` or `name = 'digits'`. */
  readonly filter?: string
  /** Metrics in the filter then count only where they were measured on one of these. */
  readonly datasets?: readonly { readonly name: string; readonly digest?: string }[]
  readonly orderBy?: readonly { readonly field: string; readonly ascending?: boolean }[]
  /** At most so many in all. Default: all there are. */
  readonly maxResults?: number
}

/** Models as things of their own, with metrics, params and artifacts; servers from 3.0 on. */
export interface LoggedModels {
  /** Made once, even if the reply to the first attempt is lost. The model is `PENDING` until `finalize`. */
  create(model: CreateLoggedModel): Promise<LoggedModel>
  get(modelId: string): Promise<LoggedModel>
  finalize(modelId: string, status: Exclude<LoggedModelStatus, 'PENDING'>): Promise<LoggedModel>
  search(query: SearchLoggedModels): Paged<LoggedModel>
  delete(modelId: string): Promise<void>
  setTags(modelId: string, tags: Readonly<Record<string, TextValue>>): Promise<void>
  deleteTag(modelId: string, key: string): Promise<void>
  logParams(modelId: string, params: Readonly<Record<string, TextValue>>): Promise<void>
}

const createBody = (model: CreateLoggedModel, id: string) =>
  checked('createLoggedModel', {
    experiment_id: model.experimentId,
    ...(model.name === undefined ? {} : { name: model.name }),
    ...(model.modelType === undefined ? {} : { model_type: model.modelType }),
    ...(model.sourceRunId === undefined ? {} : { source_run_id: model.sourceRunId }),
    ...(model.params === undefined ? {} : { params: toKeyValues(model.params) }),
    tags: toKeyValues({ ...model.tags, [creationTag]: id }),
  })

const searchBody = (query: SearchLoggedModels, pageToken: string | undefined) =>
  checked('searchLoggedModels', {
    experiment_ids: [...query.experimentIds],
    max_results: Math.min(limits.loggedModelsPerPage, query.maxResults ?? limits.loggedModelsPerPage),
    ...(query.filter === undefined ? {} : { filter: query.filter }),
    ...(query.datasets === undefined
      ? {}
      : {
          datasets: query.datasets.map(({ name, digest }) => ({
            dataset_name: name,
            ...(digest === undefined ? {} : { dataset_digest: digest }),
          })),
        }),
    ...(query.orderBy === undefined
      ? {}
      : {
          order_by: query.orderBy.map(({ field, ascending }) => ({
            field_name: field,
            ...(ascending === undefined ? {} : { ascending }),
          })),
        }),
    ...(pageToken === undefined ? {} : { page_token: pageToken }),
  })

export const createLoggedModels = (api: Api, transport: Transport): LoggedModels => {
  const searchPage = async (query: SearchLoggedModels, pageToken?: string) => {
    const body = await searchBody(query, pageToken)
    const page = await bodyOf(api.POST('/api/2.0/mlflow/logged-models/search', { body }))
    return { items: eachUnderstood(page.models, loggedModelFromWire), nextPageToken: page.next_page_token }
  }
  const at = (modelId: string) => ({ path: { model_id: modelId } })

  return {
    create: model =>
      createOnce(
        async (id, hooks) => {
          const body = await createBody(model, id)
          const fetch = apiFetch(transport, hooks)
          const reply = await bodyOf(api.POST('/api/2.0/mlflow/logged-models', { body, fetch }))
          return loggedModelFromWire(reply.model)
        },
        async id => {
          const { experimentId } = model
          const page = await searchPage({
            experimentIds: [experimentId],
            filter: creationFilter(id),
            maxResults: 1,
          })
          return page.items[0]
        },
      ),

    get: async modelId => {
      const reply = await bodyOf(api.GET('/api/2.0/mlflow/logged-models/{model_id}', { params: at(modelId) }))
      return loggedModelFromWire(reply.model)
    },

    finalize: async (modelId, status) => {
      const body = await checked('finalizeLoggedModel', {
        model_id: modelId,
        status: modelStatusToWire(status),
      })
      const route = '/api/2.0/mlflow/logged-models/{model_id}'
      return loggedModelFromWire((await bodyOf(api.PATCH(route, { params: at(modelId), body }))).model)
    },

    search: query => paged(pageToken => searchPage(query, pageToken), query.maxResults),

    delete: async modelId => {
      await api.DELETE('/api/2.0/mlflow/logged-models/{model_id}', { params: at(modelId) })
    },

    setTags: async (modelId, tags) => {
      const body = await checked('setLoggedModelTags', { tags: toKeyValues(tags) })
      await api.PATCH('/api/2.0/mlflow/logged-models/{model_id}/tags', { params: at(modelId), body })
    },

    deleteTag: async (modelId, key) => {
      const params = { path: { model_id: modelId, tag_key: key } }
      await api.DELETE('/api/2.0/mlflow/logged-models/{model_id}/tags/{tag_key}', { params })
    },

    logParams: async (modelId, params) => {
      const body = await checked('logLoggedModelParams', { model_id: modelId, params: toKeyValues(params) })
      await api.POST('/api/2.0/mlflow/logged-models/{model_id}/params', { params: at(modelId), body })
    },
  }
}
