import { EpochwattError, type ExportedRun } from '@epochwatt/core'
import type { MlflowClient } from 'mlflow-js-client'

/** What the run at MLflow is found by, also by a later process. */
export const RUN_TAG = 'epochwatt.run_id'

/** The run at MLflow that figures go to. */
export interface RunTarget {
  readonly runId: string
  /** Created here, and therefore ended here. */
  readonly isOurs: boolean
}

/** Where figures go, from options and environment. */
export interface RunChoice {
  readonly experiment?: string
  readonly experimentId?: string
  readonly runId?: string
}

/** A failure that no repetition cures: what is left waits for `epochwatt sync`. */
class FinalError extends EpochwattError {
  readonly isRetryable = false
}

const experimentOf = async (client: MlflowClient, run: ExportedRun, choice: RunChoice): Promise<string> => {
  if (choice.experiment === undefined && choice.experimentId !== undefined) return choice.experimentId
  const { experimentId } = await client.experiments.getOrCreate({ name: choice.experiment ?? run.project })
  return experimentId
}

/** By these MLflow's pages show where a run comes from. */
const sourceTags = ({ name, software = {} }: ExportedRun): Record<string, string> => ({
  'mlflow.source.type': 'LOCAL',
  'mlflow.source.name': software.script ?? name,
  ...(software.git_commit !== undefined && { 'mlflow.source.git.commit': software.git_commit }),
})

/**
 * Joins the run that was asked for, else the one that an earlier attempt made, else makes one.
 *
 * @throws MlflowError, EpochwattError `MLFLOW_RUN_DELETED`.
 */
export const openTarget = async (
  client: MlflowClient,
  run: ExportedRun,
  choice: RunChoice,
): Promise<RunTarget> => {
  if (choice.runId !== undefined) {
    await client.runs.get(choice.runId)
    return { runId: choice.runId, isOurs: false }
  }
  const experimentId = await experimentOf(client, run, choice)
  const filter = `tags.\`${RUN_TAG}\` = '${run.id}'`
  for await (const { info } of client.runs.search({
    experimentIds: [experimentId],
    filter,
    viewType: 'ALL',
    maxResults: 1,
  })) {
    if (info.lifecycleStage === 'deleted') {
      throw new FinalError(
        'MLFLOW_RUN_DELETED',
        `the MLflow run ${info.runId} of this run was deleted; restore it with \`mlflow runs restore --run-id ${info.runId}\`.`,
      )
    }
    return { runId: info.runId, isOurs: true }
  }
  const { info } = await client.runs.create({
    experimentId,
    runName: run.name,
    startTime: Date.parse(run.startedAt),
    tags: { ...sourceTags(run), ...run.tags, [RUN_TAG]: run.id },
  })
  return { runId: info.runId, isOurs: true }
}
