import { type Experiment, experimentFromWire } from '../entities/experiment.js'
import { type TextValue, textOf, toKeyValues } from '../entities/key-value.js'
import type { ViewType } from '../entities/run.js'
import { eachUnderstood } from '../entities/understood.js'
import { MlflowError } from '../errors/mlflow-error.js'
import { type Api, bodyOf } from '../http/api.js'
import { type Paged, paged } from '../paging/paged.js'
import { checked } from '../validation/validate.js'

/** What a new experiment is made of. Its name is unique on the server. */
export interface CreateExperiment {
  readonly name: string
  readonly artifactLocation?: string | undefined
  readonly tags?: Readonly<Record<string, TextValue>> | undefined
}

/**
 * Which experiments, in MLflow's filter language: `name LIKE 'digits%'`, ordered by `['creation_time
 * DESC']`.
 */
export interface SearchExperiments {
  readonly filter?: string
  readonly orderBy?: readonly string[]
  /** Default: active ones only. */
  readonly viewType?: ViewType
  /** At most so many in all. Default: all there are. */
  readonly maxResults?: number
}

/** Experiments of a server. Methods reject with an `MlflowError`. */
export interface Experiments {
  /** The id of the new experiment. A name in use, even by a deleted one, is `RESOURCE_ALREADY_EXISTS`. */
  create(experiment: CreateExperiment): Promise<string>
  /** @throws MlflowError `RESOURCE_DOES_NOT_EXIST` */
  get(experimentId: string): Promise<Experiment>
  /** `undefined` if there is none. Finds deleted ones too: look at `lifecycleStage`. */
  getByName(name: string): Promise<Experiment | undefined>
  /** The experiment of that name, made if need be; safe when several processes ask at once. */
  getOrCreate(experiment: CreateExperiment): Promise<Experiment>
  search(query?: SearchExperiments): Paged<Experiment>
  rename(experimentId: string, name: string): Promise<void>
  setTag(experimentId: string, key: string, value: TextValue): Promise<void>
  delete(experimentId: string): Promise<void>
  restore(experimentId: string): Promise<void>
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof MlflowError && error.errorCode === code

export const createExperiments = (api: Api): Experiments => {
  const experiments: Experiments = {
    create: async ({ name, artifactLocation, tags }) => {
      const body = await checked('createExperiment', {
        name,
        ...(artifactLocation === undefined ? {} : { artifact_location: artifactLocation }),
        ...(tags === undefined ? {} : { tags: toKeyValues(tags) }),
      })
      return (await bodyOf(api.POST('/api/2.0/mlflow/experiments/create', { body }))).experiment_id
    },

    get: async experimentId => {
      const query = await checked('experimentById', { experiment_id: experimentId })
      const { experiment } = await bodyOf(api.GET('/api/2.0/mlflow/experiments/get', { params: { query } }))
      return experimentFromWire(experiment)
    },

    getByName: async name => {
      try {
        const query = { experiment_name: name }
        const reply = await bodyOf(api.GET('/api/2.0/mlflow/experiments/get-by-name', { params: { query } }))
        return experimentFromWire(reply.experiment)
      } catch (error) {
        if (hasCode(error, 'RESOURCE_DOES_NOT_EXIST')) return undefined
        throw error
      }
    },

    getOrCreate: async experiment => {
      const found = await experiments.getByName(experiment.name)
      if (found) return found
      try {
        return await experiments.get(await experiments.create(experiment))
      } catch (error) {
        // Somebody else was faster, or our own first attempt went through and its reply was lost.
        if (!hasCode(error, 'RESOURCE_ALREADY_EXISTS')) throw error
        const theirs = await experiments.getByName(experiment.name)
        if (!theirs) throw error
        return theirs
      }
    },

    search: ({ filter, orderBy, viewType, maxResults } = {}) =>
      paged(async pageToken => {
        const body = await checked('searchExperiments', {
          max_results: Math.min(1000, maxResults ?? 1000),
          ...(filter === undefined ? {} : { filter }),
          ...(orderBy === undefined ? {} : { order_by: [...orderBy] }),
          ...(viewType === undefined ? {} : { view_type: viewType }),
          ...(pageToken === undefined ? {} : { page_token: pageToken }),
        })
        const page = await bodyOf(api.POST('/api/2.0/mlflow/experiments/search', { body }))
        return {
          items: eachUnderstood(page.experiments, experimentFromWire),
          nextPageToken: page.next_page_token,
        }
      }, maxResults),

    rename: async (experimentId, name) => {
      const body = await checked('updateExperiment', { experiment_id: experimentId, new_name: name })
      await api.POST('/api/2.0/mlflow/experiments/update', { body })
    },

    setTag: async (experimentId, key, value) => {
      const body = await checked('setExperimentTag', {
        experiment_id: experimentId,
        key,
        value: textOf(value),
      })
      await api.POST('/api/2.0/mlflow/experiments/set-experiment-tag', { body })
    },

    delete: async experimentId => {
      const body = await checked('experimentById', { experiment_id: experimentId })
      await api.POST('/api/2.0/mlflow/experiments/delete', { body })
    },

    restore: async experimentId => {
      const body = await checked('experimentById', { experiment_id: experimentId })
      await api.POST('/api/2.0/mlflow/experiments/restore', { body })
    },
  }
  return experiments
}
