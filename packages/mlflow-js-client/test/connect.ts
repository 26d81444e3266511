import { afterAll, expect } from 'vitest'
import { createClientParts, type MlflowClient, type MlflowClientOptions } from '../src/client.js'
import { nodePlatform } from '../src/platform/node.js'
import { isSkipped, type Skipped } from './describe-with.js'
import { embeddedStore } from './embedded-store.js'
import { fakeMlflow } from './fake-mlflow.js'
import type { MlflowLine } from './mlflow-install.js'
import { mlflowServer, type TestServer } from './mlflow-server.js'
import { postgresServer } from './postgres-server.js'
import { type RecordingFetch, recordingFetch } from './recording-fetch.js'

export interface Connected {
  readonly server: TestServer
  readonly client: MlflowClient
  readonly recording: RecordingFetch
  /** Another client of the same server. */
  connect(options?: MlflowClientOptions): MlflowClient
  /** The id of a new experiment, with a name that no other test uses. */
  newExperiment(): Promise<string>
  newRun(): Promise<string>
}

/** Fast failure: a real server on loopback answers at once or not at all. */
const retry = { timeoutSeconds: 20, maxRetries: 1, backoffJitter: 0 } as const

let count = 0
export const uniqueName = (stem: string): string => {
  count += 1
  return `${stem} ${process.pid}-${Date.now()}-${count}`
}

/** Real servers of two lines and one over PostgreSQL, a database without a server, and the fake. */
export type Backend = MlflowLine | 'postgres' | 'embedded' | 'fake'

const backendOf = async (backend: Backend): Promise<TestServer | Skipped> => {
  if (backend === 'embedded') return embeddedStore()
  if (backend === 'fake') return fakeMlflow()
  return backend === 'postgres' ? postgresServer() : mlflowServer(backend)
}

/** A client of that backend, or why there is none. Every exchange is held against the OpenAPI document. */
export const connectToMlflow = async (backend: Backend = 'current'): Promise<Connected | Skipped> => {
  const server = await backendOf(backend)
  if (isSkipped(server)) return server
  const embedded = backend === 'embedded' ? nodePlatform.embeddedFetch?.(server.url) : undefined
  const recording = recordingFetch(embedded)
  const platform = {
    ...nodePlatform,
    readCredentialsFile: () => undefined,
    embeddedFetch: () => recording.fetch,
  }
  const connect = (options: MlflowClientOptions = {}): MlflowClient => {
    const defaults = { trackingUri: server.url, environment: {}, fetch: recording.fetch, retry }
    // The credentials of whoever runs the tests are left alone.
    return createClientParts({ ...defaults, ...options }, platform).client
  }
  const client = connect()
  const newExperiment = () => client.experiments.create({ name: uniqueName('experiment') })
  afterAll(() => expect(recording.deviations).toEqual([]))
  return {
    server,
    client,
    recording,
    connect,
    newExperiment,
    newRun: async () => (await client.runs.create({ experimentId: await newExperiment() })).info.runId,
  }
}
