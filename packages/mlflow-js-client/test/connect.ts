import { afterAll, expect } from 'vitest'
import { createClientParts, type MlflowClient, type MlflowClientOptions } from '../src/client.js'
import { nodePlatform } from '../src/platform/node.js'
import { isSkipped, type Skipped } from './describe-with.js'
import type { MlflowLine } from './mlflow-install.js'
import { mlflowServer, type TestServer } from './mlflow-server.js'
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

/** The credentials of whoever runs the tests are left alone. */
const platform = { ...nodePlatform, readCredentialsFile: () => undefined }

let count = 0
export const uniqueName = (stem: string): string => {
  count += 1
  return `${stem} ${process.pid}-${Date.now()}-${count}`
}

/** A client of the real server, or why there is none. Every exchange is held against the OpenAPI document. */
export const connectToMlflow = async (line: MlflowLine = 'current'): Promise<Connected | Skipped> => {
  const server = await mlflowServer(line)
  if (isSkipped(server)) return server
  const recording = recordingFetch()
  const connect = (options: MlflowClientOptions = {}): MlflowClient => {
    const defaults = { trackingUri: server.url, environment: {}, fetch: recording.fetch, retry }
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
