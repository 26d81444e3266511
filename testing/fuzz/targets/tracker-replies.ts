// What a tracking server answers: it may be another version, a proxy's error page, or somebody else.
import {
  createMlflowClient,
  type MlflowClient,
  MlflowError,
} from '../../../packages/mlflow-js-client/src/index.js'
import { createClient } from '../../../packages/wandb-node-sdk-shim/src/http/wandb-client.js'
import type { Settings } from '../../../packages/wandb-node-sdk-shim/src/settings/settings.js'
import { findRun } from '../../../packages/wandb-node-sdk-shim/src/upload/resume.js'
import { answering } from '../answering.js'
import type { FuzzTarget } from '../fuzz-target.js'

/** A server that gives the same page, with a token for the next, for ever. */
const MOST_REQUESTS = 20

const mlflow = (text: string, status: number): MlflowClient => {
  let requests = 0
  return createMlflowClient({
    trackingUri: 'http://mlflow.test',
    environment: {},
    retry: { maxRetries: 0 },
    onWarning: () => undefined,
    fetch: async () => {
      if (++requests > MOST_REQUESTS) throw new TypeError('fetch failed')
      return new Response(text, { status })
    },
  })
}

const RUN = {
  info: {
    run_id: 'a',
    run_uuid: 'a',
    run_name: 'n',
    experiment_id: '0',
    user_id: 'u',
    status: 'RUNNING',
    start_time: 1,
    end_time: 2,
    artifact_uri: 'mlflow-artifacts:/0/a',
    lifecycle_stage: 'active',
  },
  data: {
    metrics: [{ key: 'loss', value: 0.5, timestamp: 1, step: 0 }],
    params: [{ key: 'lr', value: '0.1' }],
    tags: [{ key: 'k', value: 'v' }],
  },
  inputs: {
    dataset_inputs: [
      {
        tags: [],
        dataset: { name: 'd', digest: 'x', source_type: 'local', source: '{}', schema: '{}', profile: '{}' },
      },
    ],
  },
}
const EXPERIMENT = {
  experiment_id: '1',
  name: 'e',
  artifact_location: 'mlflow-artifacts:/1',
  lifecycle_stage: 'active',
  tags: [{ key: 'k', value: 'v' }],
}

const all = async (pages: AsyncIterable<unknown>): Promise<void> => {
  for await (const _ of pages);
}

const ASKED: readonly {
  readonly name: string
  readonly reply: object
  readonly ask: (client: MlflowClient) => Promise<unknown>
}[] = [
  { name: 'a run', reply: { run: RUN }, ask: client => client.runs.get('a') },
  {
    name: 'runs',
    reply: { runs: [RUN], next_page_token: '' },
    ask: client => all(client.runs.search({ experimentIds: ['0'] })),
  },
  { name: 'an experiment', reply: { experiment: EXPERIMENT }, ask: client => client.experiments.get('1') },
  {
    name: 'metrics',
    reply: { metrics: [{ key: 'loss', value: 'NaN', timestamp: '1', step: 0 }], next_page_token: '' },
    ask: client => all(client.metrics.history('a', 'loss')),
  },
]

const mlflowTargets: readonly FuzzTarget[] = ASKED.map(({ name, reply, ask }) => ({
  name: `MLflow reply: ${name}`,
  seeds: [JSON.stringify(reply)],
  errors: ['MlflowError'],
  run: async input => {
    await ask(mlflow(input.toString(), 200))
  },
}))

const settings = {
  baseUrl: 'http://wandb.test',
  retryWaitMin: 0,
  retryWaitMax: 0,
  httpTimeout: 5,
} as unknown as Settings

const BUCKET = {
  data: {
    model: {
      bucket: {
        id: 'x',
        displayName: 'n',
        historyLineCount: 2,
        eventsLineCount: 1,
        historyTail: '["{\\"_step\\":1,\\"_runtime\\":3}"]',
        eventsTail: '["{\\"_runtime\\":3,\\"_timestamp\\":5}"]',
        summaryMetrics: '{"loss":0.5}',
        config: '{"lr":{"value":0.1}}',
        wandbConfig: '{"t":1,"e":{"a":{"writerId":"a"}}}',
        tags: ['a'],
        notes: 'n',
      },
    },
  },
}

export const trackerReplyTargets: readonly FuzzTarget[] = [
  ...mlflowTargets,
  {
    name: 'MLflow reply: an error',
    seeds: [
      '{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"Run not found"}',
      '<html><head><style>a{}</style></head><body><h1>502</h1></body></html>',
    ],
    errors: [],
    run: async input => {
      const statuses = [400, 404, 413, 500, 503]
      const client = mlflow(input.toString(), statuses[input.length % statuses.length]!)
      const error: unknown = await client.runs.get('a').catch(reason => reason)
      if (!(error instanceof MlflowError)) throw error
    },
  },
  {
    name: 'W&B reply: a run to continue',
    seeds: [JSON.stringify(BUCKET)],
    errors: ['WandbError'],
    run: input =>
      answering(input.toString(), async () => {
        const client = createClient({ settings, apiKey: undefined, attempts: 1 })
        const run = { project: 'p', entity: 'e', id: 'r' }
        await findRun(client, run, new AbortController().signal)
      }),
  },
]
