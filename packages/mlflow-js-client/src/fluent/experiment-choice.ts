import type { MlflowClient } from '../client.js'
import { readText } from '../config/env-values.js'
import type { Experiment } from '../entities/experiment.js'
import { MlflowError } from '../errors/mlflow-error.js'
import type { Environment } from '../platform/platform.js'

/** The one that every server has. */
const defaultExperimentId = '0'

const refuseDeleted = (experiment: Experiment): Experiment => {
  if (experiment.lifecycleStage === 'active') return experiment
  throw new MlflowError(
    'INVALID_STATE',
    `The experiment "${experiment.name}" is deleted. Restore it with experiments.restore('${experiment.experimentId}'), or choose another.`,
  )
}

export const experimentByName = async (client: MlflowClient, name: string): Promise<Experiment> =>
  refuseDeleted(await client.experiments.getOrCreate({ name }))

export const experimentById = async (client: MlflowClient, experimentId: string): Promise<Experiment> =>
  refuseDeleted(await client.experiments.get(experimentId))

/** `MLFLOW_EXPERIMENT_NAME`, made if need be; else `MLFLOW_EXPERIMENT_ID`, which must exist; else the default. */
export const experimentFromEnvironment = async (client: MlflowClient, env: Environment): Promise<string> => {
  const name = readText(env, 'MLFLOW_EXPERIMENT_NAME')
  const id = readText(env, 'MLFLOW_EXPERIMENT_ID')
  if (name === undefined && id === undefined) return defaultExperimentId
  const chosen =
    name === undefined ? await experimentById(client, id as string) : await experimentByName(client, name)
  if (id !== undefined && id !== chosen.experimentId) {
    throw new MlflowError(
      'CONFIGURATION',
      `MLFLOW_EXPERIMENT_NAME is "${name}", which has the id ${chosen.experimentId}, but MLFLOW_EXPERIMENT_ID is "${id}"; set one of them.`,
    )
  }
  return chosen.experimentId
}
