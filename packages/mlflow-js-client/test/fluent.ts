import type { MlflowClientOptions } from '../src/client.js'
import { createMlflow, type Mlflow } from '../src/fluent/mlflow.js'
import { nodePlatform } from '../src/platform/node.js'

export interface TestMlflow extends Mlflow {
  readonly warnings: readonly string[]
}

/** The fluent functions with a state of their own, which touch neither the environment nor the process. */
export const fluentOn = (trackingUri: string, options: MlflowClientOptions = {}): TestMlflow => {
  const warnings: string[] = []
  const platform = { ...nodePlatform, readCredentialsFile: () => undefined, beforeExit: () => () => {} }
  const mlflow = createMlflow(
    {
      trackingUri,
      environment: {},
      retry: { maxRetries: 1, backoffJitter: 0, timeoutSeconds: 20 },
      onWarning: message => warnings.push(message),
      ...options,
    },
    platform,
  )
  return { ...mlflow, warnings }
}
