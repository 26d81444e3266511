import { resolve } from 'node:path'
import { OptionError } from '@epochwatt/core'
import type { MlflowClientOptions } from 'mlflow-js-client'
import type { RunChoice } from './run-target.js'

/** Which run of which experiment figures go to, and all options of mlflow-js-client's connection. */
export interface MlflowExporterOptions extends MlflowClientOptions {
  /** Experiment of a run that is created; made if need be. Default: MLFLOW_EXPERIMENT_NAME, else MLFLOW_EXPERIMENT_ID, else the run's project. */
  readonly experiment?: string
  /** The same by its id. */
  readonly experimentId?: string
  /** A run that exists: figures join it, and it is left for its owner to end. Default: MLFLOW_RUN_ID, else a new run. */
  readonly runId?: string
}

type Environment = Readonly<Record<string, string | undefined>>

const checkText = (name: string, value: unknown): void => {
  if (value !== undefined && (typeof value !== 'string' || value.trim() === '')) {
    throw new OptionError(name, value, 'a non-empty text')
  }
}

/** @throws OptionError for a text that is empty. */
export const runChoice = (
  { experiment, experimentId, runId }: MlflowExporterOptions,
  environment: Environment,
): RunChoice => {
  checkText('experiment', experiment)
  checkText('experimentId', experimentId)
  checkText('runId', runId)
  const isChosen = experiment !== undefined || experimentId !== undefined
  const name = isChosen ? experiment : environment.MLFLOW_EXPERIMENT_NAME || undefined
  const id = experimentId ?? (name === undefined ? environment.MLFLOW_EXPERIMENT_ID || undefined : undefined)
  const run = runId ?? (environment.MLFLOW_RUN_ID || undefined)
  return {
    ...(name !== undefined && { experiment: name }),
    ...(id !== undefined && { experimentId: id }),
    ...(run !== undefined && { runId: run }),
  }
}

/** An address that means the same to a process that begins elsewhere, without credentials. */
export const lastingUri = (given: string | undefined, withoutCredentials: string): string => {
  // Only the word says that host and token of Databricks are in the environment.
  if (given === 'databricks') return given
  const file = /^sqlite:\/\/\/(?!\/)(.+)$/.exec(withoutCredentials)?.[1]
  return file === undefined ? withoutCredentials : `sqlite:///${resolve(file)}`
}

/** Attempts of one request within one attempt of the delivery, which waits and begins again by itself. */
const MAX_RETRIES = 2

/** What the exporter asks for is answered in a few kilobytes. */
const MOST_REPLY_BYTES = 16 * 2 ** 20

/** The client's options: patience lies with the delivery, unless somebody chose otherwise. */
export const connectionOf = (
  { experiment: _, experimentId: __, runId: ___, ...connection }: MlflowExporterOptions,
  environment: Environment,
): MlflowClientOptions => {
  const limited = { maxReplyBytes: MOST_REPLY_BYTES, ...connection }
  if (environment.MLFLOW_HTTP_REQUEST_MAX_RETRIES) return limited
  return { ...limited, retry: { maxRetries: MAX_RETRIES, ...connection.retry } }
}
