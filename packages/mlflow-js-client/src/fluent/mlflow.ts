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
import { messageOf } from '../errors/message-of.js'
import { MlflowError } from '../errors/mlflow-error.js'
import { deferredPaged, emptyPaged, type Paged } from '../paging/paged.js'
import type { Environment, Platform } from '../platform/platform.js'
import type { SearchRuns } from '../runs/runs.js'
import { ActiveRun, type EndStatus } from './active-run.js'
import { experimentById, experimentByName, experimentFromEnvironment } from './experiment-choice.js'
import { createLogQueue } from './log-queue.js'
import { type LoggingFunctions, loggingFunctions } from './logging-functions.js'
import { createOpenRuns } from './open-runs.js'
import { createRunScopes, innermost, type StackedRun } from './run-scopes.js'
import { openRun, type StartRunOptions } from './start-run.js'

/** Which runs, in MLflow's filter language. Default: those of the experiment that a new run would go to. */
export interface SearchRunsQuery extends Omit<SearchRuns, 'experimentIds'> {
  readonly experimentIds?: readonly string[]
  /** Names that do not exist are passed over. */
  readonly experimentNames?: readonly string[]
}

/** Both forms of `startRun`. */
export type StartRun = {
  /**
   * Starts a run and makes it the active one, until `endRun`. For lines of work that go on side by side use the form
   * with a function, or the methods of the run that this returns.
   */
  (options?: StartRunOptions): Promise<ActiveRun>
  /**
   * Runs a function within a run, which is the active one for the function and all that it calls, and for nothing
   * else. It ends with the function: `FINISHED`, or `FAILED` if that throws. Rejects with what the function throws,
   * or if the run cannot be started; that it cannot be ended is only a warning.
   */
  <T>(options: StartRunOptions, fn: (run: ActiveRun) => T | Promise<T>): Promise<T>
}

/**
 * MLflow as its Python users know it. Without an active run, whatever logs starts one.
 *
 * @example
 * ```ts
 * const mlflow = createMlflow()
 * mlflow.setTrackingUri('http://127.0.0.1:5000')
 * await mlflow.setExperiment('digits')
 * await mlflow.startRun({ runName: 'first' }, async () => {
 *   await mlflow.logParams({ lr: 0.01, epochs: 3 })
 *   for (let epoch = 0; epoch < 3; epoch += 1) await mlflow.logMetric('loss', 1 / (epoch + 1), { step: epoch })
 * })
 * ```
 */
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

  let isRunInherited = false
  const environment = (): Environment => {
    const env = options.environment ?? platform.environment()
    return isRunInherited ? { ...env, MLFLOW_RUN_ID: undefined } : env
  }
  // As in Python: neither the next run nor a child process is to write into the run of MLFLOW_RUN_ID.
  const inheritRun = (): void => {
    isRunInherited = true
    if (!options.environment) platform.forgetVariable('MLFLOW_RUN_ID')
  }
  const connected = (): ClientParts => {
    parts ??= createClientParts({ ...options, onWarning: warn }, platform)
    return parts
  }

  const open = async (runOptions: StartRunOptions): Promise<ActiveRun> => {
    const { client, sender } = connected()
    const env = environment()
    const info = await openRun(client, platform, env, runOptions, experimentId, inheritRun)
    const policy = lenient(options, readBoolean(env, 'MLFLOW_TRUNCATE_LONG_VALUES') ?? true)
    const send = (items: readonly BatchItem[]) => sender.send(info.runId, items, policy)
    const run = new ActiveRun(info, client, createLogQueue(send), warn, openRuns.remove)
    openRuns.add(run)
    return run
  }

  const begin = (runOptions: StartRunOptions): StackedRun => {
    const parent = innermost(scopes.current())
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
    const stack = scopes.current()
    stack.push(run)
    return run.started.catch(error => {
      stack.splice(stack.indexOf(run), 1)
      throw error
    })
  }

  const endRun = async (status?: EndStatus): Promise<void> => {
    const run = innermost(scopes.current())
    // Without one the caller may still be about to leave, after a signal that has begun to end what was open.
    if (run) await (await run.started).end(status)
    else await openRuns.ended()
  }

  const within = <T>(runOptions: StartRunOptions, fn: (run: ActiveRun) => T | Promise<T>): Promise<T> => {
    const run = begin(runOptions)
    return scopes.within(run, async () => {
      const active = await run.started
      const stack = scopes.current()
      // Neither the result of the function nor its error may be lost to a server that is away.
      const endAll = async (status: EndStatus): Promise<void> => {
        for (let last = stack.pop(); last; last = stack.pop()) {
          try {
            await (await last.started).end(status)
          } catch (error) {
            warn(`A run was not ended: ${messageOf(error)}`)
          }
        }
      }
      try {
        const result = await fn(active)
        await endAll('FINISHED')
        return result
      } catch (error) {
        await endAll('FAILED')
        throw error
      }
    })
  }

  const currentRun = (): Promise<ActiveRun> => innermost(scopes.current())?.started ?? enter(begin({}))

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
    activeRun: () => innermost(scopes.current())?.active,

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
