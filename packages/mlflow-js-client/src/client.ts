import { type Artifacts, createArtifacts } from './artifacts/artifacts.js'
import { type MultipartSettings, multipartSettings } from './artifacts/multipart.js'
import { embeddedRules, serverRules } from './artifacts/rules.js'
import { createBatchSize } from './batch/batch-size.js'
import { type BatchSender, createBatchSender } from './batch/log-batch.js'
import type { ValuePolicy } from './batch/screen.js'
import { type ConnectionOptions, resolveConnection } from './config/connection.js'
import { MlflowError } from './errors/mlflow-error.js'
import { createExperiments, type Experiments } from './experiments/experiments.js'
import { type Api, createApi } from './http/api.js'
import { limitReplies } from './http/limit-replies.js'
import { createTransport } from './http/transport.js'
import { createLoggedModels, type LoggedModels } from './logged-models/logged-models.js'
import { createMetrics, type Metrics } from './metrics/metrics.js'
import type { Platform } from './platform/platform.js'
import { createRuns, type Runs } from './runs/runs.js'
import { createServer, type Server } from './server/server.js'
import { limits } from './validation/limits.js'

/** Everything that a client can be told. Nothing is needed where the `MLFLOW_…` variables are set. */
export interface MlflowClientOptions extends ConnectionOptions, Partial<ValuePolicy> {
  /**
   * Most items in one log-batch request, 1 to 1000. Default 1000. Lower limits of a server are also learnt by
   * themselves, at the price of some refused requests.
   */
  readonly maxBatchItems?: number
  readonly multipart?: Partial<MultipartSettings>
  /** Told of values that were left out or cut. Default: `console.warn`. */
  readonly onWarning?: (message: string) => void
}

/** A connection to an MLflow server, or to a database file that stands for one. Has no state but what it learnt about the server; nothing to close. */
export interface MlflowClient {
  /** Without credentials. */
  readonly trackingUri: string
  readonly server: Server
  readonly experiments: Experiments
  readonly runs: Runs
  readonly metrics: Metrics
  readonly artifacts: Artifacts
  readonly loggedModels: LoggedModels
  /** Every JSON route of the OpenAPI document, typed, with the same retries and errors; nothing is validated. */
  readonly api: Api
}

/** What the fluent layer needs beside the client. */
export interface ClientParts {
  readonly client: MlflowClient
  readonly sender: BatchSender
}

const checkedBatchItems = (value: number = limits.itemsPerBatch): number => {
  if (Number.isInteger(value) && value >= 1 && value <= limits.itemsPerBatch) return value
  throw new MlflowError(
    'CONFIGURATION',
    `Option "maxBatchItems" is ${value}; accepted: a whole number from 1 to ${limits.itemsPerBatch}.`,
  )
}

export const createClientParts = (options: MlflowClientOptions, platform: Platform): ClientParts => {
  const { trackingUri, baseUrl, isEmbedded, headers, policy, allowRedirects, fetch } = resolveConnection(
    options,
    platform,
  )
  const environment = options.environment ?? platform.environment()
  const { maxReplyBytes } = options
  if (maxReplyBytes !== undefined && !(maxReplyBytes > 0)) {
    throw new MlflowError(
      'CONFIGURATION',
      `Option "maxReplyBytes" is ${maxReplyBytes}; accepted: a number above 0.`,
    )
  }
  const transport = createTransport({
    fetch: maxReplyBytes === undefined ? fetch : limitReplies(fetch, maxReplyBytes),
    policy,
    allowRedirects,
    headers,
    signRequest: options.signRequest,
    signal: options.signal,
    createRequestId: platform.createRequestId,
  })
  const api = createApi(transport, baseUrl)
  const warn = options.onWarning ?? ((message: string) => console.warn(`mlflow-js-client: ${message}`))
  const sender = createBatchSender(
    api,
    transport,
    createBatchSize(checkedBatchItems(options.maxBatchItems)),
    warn,
  )
  const values = {
    nonFinite: options.nonFinite ?? 'error',
    longValues: options.longValues ?? 'error',
  } as const
  const multipart = multipartSettings(options.multipart, environment)
  const client: MlflowClient = {
    trackingUri,
    server: createServer(api, transport, baseUrl),
    experiments: createExperiments(api),
    runs: createRuns(api, transport, sender, values),
    metrics: createMetrics(api),
    artifacts: createArtifacts(
      api,
      transport,
      baseUrl,
      isEmbedded ? embeddedRules : serverRules(baseUrl),
      platform,
      multipart,
    ),
    loggedModels: createLoggedModels(api, transport),
    api,
  }
  return { client, sender }
}
