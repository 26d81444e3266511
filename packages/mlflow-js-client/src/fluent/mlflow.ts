import type { BatchItem } from '../batch/item.js'
import type { ValuePolicy } from '../batch/screen.js'
import {
  type ClientParts,
  createClientParts,
  type MlflowClient,
  type MlflowClientOptions,
} from '../client.js'
import { readBoolean } from '../config/env-values.js'
import type { Experiment } from '../entities/experiment.js'
import type { MetricPoint } from '../entities/metric.js'
import type { Run } from '../entities/run.js'
import { MlflowError } from '../errors/mlflow-error.js'
import { deferredPaged, emptyPaged, type Paged } from '../paging/paged.js'
import type { Platform } from '../platform/platform.js'
import type { SearchRuns } from '../runs/runs.js'
import { ActiveRun, type EndStatus } from './active-run.js'
import { experimentById, experimentByName, experimentFromEnvironment } from './experiment-choice.js'
import { createLogQueue } from './log-queue.js'
import { type LoggingFunctions, loggingFunctions } from './logging-functions.js'
import { createOpenRuns } from './open-runs.js'
import { createRunScopes, type StackedRun } from './run-scopes.js'
import { openRun, type StartRunOptions } from './start-run.js'

export interface SearchRunsQuery extends Omit<SearchRuns, 'experimentIds'> {
  readonly experimentIds?: readonly string[]
  /** Names that do not exist are passed over. */
  readonly experimentNames?: readonly string[]
}

export type StartRun = {
  /**
   * Starts a run and makes it the active one, until `endRun`. For lines of work that go on side by side use the form
   * with a function, or the methods of the run that this returns.
   */
  (options?: StartRunOptions): Promise<ActiveRun>
  /**
   * Runs a function within a run, which is the active one for the function and all that it calls, and for nothing
   * else. It ends with the function: `FINISHED`, or `FAILED` if that throws.
   */
  <T>(options: StartRunOptions, fn: (run: ActiveRun) => T | Promise<T>): Promise<T>
}

/** MLflow as its Python users know it. Without an active run, whatever logs starts one. */
export interface Mlflow extends LoggingFunctions {
  /** The server of all later calls. Default: `MLFLOW_TRACKING_URI`. */
  setTrackingUri(trackingUri: string, options?: Omit<MlflowClientOptions, 'trackingUri'>): void
  getTrackingUri(): string
  /** The client beneath. */
  getClient(): MlflowClient
  /** The experiment of runs that name none; made if need be. */
  setExperiment(experiment: string | { readonly experimentId: string }): Promise<Experiment>
  readonly startRun: StartRun
  /** Sends what is left and ends the active run; nothing if there is none. */
  endRun(status?: EndStatus): Promise<void>
  /** `undefined` if there is none, or if it is still being started. */
  activeRun(): ActiveRun | undefined
  /** Default: the experiment that a new run would go to. */
  searchRuns(query?: SearchRunsQuery): Paged<Run>
  getMetricHistory(runId: string, key: string): Paged<MetricPoint>
}

/** In a training a value that MLflow cannot keep is worth a warning, not an error. */
const lenient = (options: MlflowClientOptions, truncate: boolean): ValuePolicy => ({
  nonFinite: options.nonFinite ?? 'drop',
  longValues: options.longValues ?? (truncate ? 'truncate' : 'error'),
})

/** The same message is said once: a loss that stays NaN would fill the terminal. */
const once = (warn: (message: string) => void): ((message: string) => void) => {
  const said = new Set<string>()
  return message => {
    if (said.has(message)) return
    if (said.size < 1000) said.add(message)
    warn(message)
  }
}

export const createMlflow = (initial: MlflowClientOptions, platform: Platform): Mlflow => {
  let options = initial
  let parts: ClientParts | undefined
  let experimentId: string | undefined
  const scopes = createRunScopes(platform)
  const openRuns = createOpenRuns(platform)
  const consoleWarn = (message: string): void => console.warn(`mlflow: ${message}`)
  const warn = once(message => (options.onWarning ?? consoleWarn)(message))

  const environment = () => options.environment ?? platform.environment()
  const connected = (): ClientParts => {
    parts ??= createClientParts({ ...options, onWarning: warn }, platform)
    return parts
  }

  const open = async (runOptions: StartRunOptions): Promise<ActiveRun> => {
    const { client, sender } = connected()
    const env = environment()
    const info = await openRun(client, platform, env, runOptions, experimentId)
    const policy = lenient(options, readBoolean(env, 'MLFLOW_TRUNCATE_LONG_VALUES') ?? true)
    const send = (items: readonly BatchItem[]) => sender.send(info.runId, items, policy)
    const run = new ActiveRun(info, client, createLogQueue(send), warn)
    openRuns.add(run)
    return run
  }

  const begin = (runOptions: StartRunOptions): StackedRun => {
    const parent = scopes.current().stack.at(-1)
    if (parent && !runOptions.nested) {
      throw new MlflowError(
        'INVALID_STATE',
        'A run is active already. End it with endRun() first, or start this one below it with { nested: true }.',
      )
    }
    const start = async (): Promise<ActiveRun> => {
      const parentRunId = runOptions.parentRunId ?? (await parent?.started)?.runId
      return open({ ...runOptions, ...(parentRunId === undefined ? {} : { parentRunId }) })
    }
    const run: StackedRun = { started: start().then(active => (run.active = active)), active: undefined }
    return run
  }

  const enter = (run: StackedRun): Promise<ActiveRun> => {
    const { stack } = scopes.current()
    stack.push(run)
    return run.started.catch(error => {
      stack.splice(stack.indexOf(run), 1)
      throw error
    })
  }

  const close = async (run: ActiveRun, status: EndStatus | undefined): Promise<void> => {
    try {
      await run.end(status)
    } finally {
      openRuns.remove(run)
    }
  }

  const endRun = async (status?: EndStatus): Promise<void> => {
    const run = scopes.current().stack.pop()
    if (run) await close(await run.started, status)
  }

  const endAll = async (stack: StackedRun[], status: EndStatus): Promise<void> => {
    for (let run = stack.pop(); run; run = stack.pop()) await close(await run.started, status)
  }

  const within = <T>(runOptions: StartRunOptions, fn: (run: ActiveRun) => T | Promise<T>): Promise<T> => {
    const run = begin(runOptions)
    return scopes.within(run, async () => {
      const active = await run.started
      const { stack } = scopes.current()
      let result: T
      try {
        result = await fn(active)
      } catch (error) {
        // What went wrong in the function is what its caller must hear of, whatever else goes wrong now.
        await endAll(stack, 'FAILED').catch((cause: unknown) =>
          warn(`Run ${active.runId} was not ended: ${String(cause)}`),
        )
        throw error
      }
      await endAll(stack, 'FINISHED')
      return result
    })
  }

  const currentRun = (): Promise<ActiveRun> => scopes.current().stack.at(-1)?.started ?? enter(begin({}))

  const experimentIdsOf = async ({
    experimentIds,
    experimentNames,
  }: SearchRunsQuery): Promise<readonly string[]> => {
    const { client } = connected()
    if (!experimentIds && !experimentNames) {
      return [experimentId ?? (await experimentFromEnvironment(client, environment()))]
    }
    const named = await Promise.all((experimentNames ?? []).map(name => client.experiments.getByName(name)))
    return [...(experimentIds ?? []), ...named.flatMap(found => (found ? [found.experimentId] : []))]
  }

  return {
    ...loggingFunctions(currentRun, warn),

    setTrackingUri: (trackingUri, more = {}) => {
      options = { ...initial, ...more, trackingUri }
      // Found out now, and not at the first point of a training.
      parts = createClientParts({ ...options, onWarning: warn }, platform)
      experimentId = undefined
    },
    getTrackingUri: () => connected().client.trackingUri,
    getClient: () => connected().client,

    setExperiment: async experiment => {
      const { client } = connected()
      const chosen =
        typeof experiment === 'string'
          ? await experimentByName(client, experiment)
          : await experimentById(client, experiment.experimentId)
      experimentId = chosen.experimentId
      return chosen
    },

    startRun: (async (runOptions: StartRunOptions = {}, fn?: (run: ActiveRun) => unknown) =>
      fn ? within(runOptions, fn) : enter(begin(runOptions))) as StartRun,
    endRun,
    activeRun: () => scopes.current().stack.at(-1)?.active,

    searchRuns: (query = {}) =>
      deferredPaged(async () => {
        const { experimentIds: _ids, experimentNames: _names, ...rest } = query
        const ids = await experimentIdsOf(query)
        return ids.length === 0
          ? emptyPaged()
          : connected().client.runs.search({ ...rest, experimentIds: ids })
      }),
    getMetricHistory: (runId, key) => connected().client.metrics.history(runId, key),
  }
}
