import { createClientParts, type MlflowClient, type MlflowClientOptions } from '../src/client.js'
import { nodePlatform } from '../src/platform/node.js'

/** A client that loses no time between its attempts. */
export const clientOf = (trackingUri: string, options: MlflowClientOptions = {}): MlflowClient =>
  createClientParts(
    {
      trackingUri,
      environment: {},
      retry: { maxRetries: 3, backoffFactor: 0, backoffJitter: 0, timeoutSeconds: 10 },
      ...options,
    },
    { ...nodePlatform, readCredentialsFile: () => undefined },
  ).client
