import type { MlflowClient } from '../client.js'
import { readText } from '../config/env-values.js'
import type { TextValue } from '../entities/key-value.js'
import type { Run, RunInfo } from '../entities/run.js'
import { MlflowError } from '../errors/mlflow-error.js'
import type { Environment, Platform } from '../platform/platform.js'
import { contextTags } from './context-tags.js'
import { experimentByName, experimentFromEnvironment } from './experiment-choice.js'

/** Which run is started, or gone on with. */
export interface StartRunOptions {
  /** Goes on with a run that exists: sets it `RUNNING`. Default for a run that is not nested: `MLFLOW_RUN_ID`. */
  readonly runId?: string
  readonly runName?: string
  readonly experimentId?: string
  /** Made if need be. */
  readonly experimentName?: string
  /** Below the run that is active, which is an error otherwise. */
  readonly nested?: boolean
  /** Below this run. */
  readonly parentRunId?: string
  readonly tags?: Readonly<Record<string, TextValue>>
  /** Shown as the description of the run; Markdown. */
  readonly description?: string
}

const resume = async (client: MlflowClient, runId: string, options: StartRunOptions): Promise<RunInfo> => {
  const { info } = await client.runs.get(runId)
  if (info.lifecycleStage === 'deleted') {
    throw new MlflowError(
      'INVALID_STATE',
      `The run ${runId} is deleted. Restore it with runs.restore('${runId}') before going on with it.`,
    )
  }
  if (options.experimentId !== undefined && options.experimentId !== info.experimentId) {
    throw new MlflowError(
      'CONFIGURATION',
      `The run ${runId} belongs to experiment ${info.experimentId}, not to ${options.experimentId}.`,
    )
  }
  const { runName } = options
  const resumed = await client.runs.update(runId, {
    status: 'RUNNING',
    ...(runName === undefined ? {} : { runName }),
  })
  if (options.tags) await client.runs.setTags(runId, options.tags)
  return resumed
}

const create = async (
  client: MlflowClient,
  platform: Platform,
  env: Environment,
  options: StartRunOptions,
  experimentId: string,
): Promise<Run> => {
  const { description, parentRunId } = options
  const tags = {
    ...(await contextTags(platform, env)),
    ...(description === undefined ? {} : { 'mlflow.note.content': description }),
    ...(parentRunId === undefined ? {} : { 'mlflow.parentRunId': parentRunId }),
    ...options.tags,
  }
  return client.runs.create({ experimentId, runName: options.runName, tags })
}

/**
 * The run that the options and the environment ask for, resumed or made.
 * @param onInherited called when the run is that of `MLFLOW_RUN_ID`
 */
export const openRun = async (
  client: MlflowClient,
  platform: Platform,
  env: Environment,
  options: StartRunOptions,
  chosenExperimentId: string | undefined,
  onInherited: () => void,
): Promise<RunInfo> => {
  const isChild = options.nested || options.parentRunId !== undefined
  const inherited = isChild ? undefined : readText(env, 'MLFLOW_RUN_ID')
  const runId = options.runId ?? inherited
  if (runId !== undefined) {
    const info = await resume(client, runId, options)
    if (runId === inherited) onInherited()
    return info
  }
  const experimentId =
    options.experimentId ??
    (options.experimentName === undefined
      ? (chosenExperimentId ?? (await experimentFromEnvironment(client, env)))
      : (await experimentByName(client, options.experimentName)).experimentId)
  return (await create(client, platform, env, options, experimentId)).info
}
