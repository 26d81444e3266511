import { type Api, apiFetch } from '../http/api.js'
import type { Transport } from '../http/transport.js'
import { checked } from '../validation/validate.js'
import type { BatchSize } from './batch-size.js'
import { deliver, type Post } from './deliver.js'
import type { BatchItem } from './item.js'
import type { Rejection } from './rejection.js'
import { screen, type ValuePolicy } from './screen.js'

export interface BatchSender {
  /** Sends the items to a run; resolves with those that were refused, here or by the server. */
  send(
    runId: string,
    items: readonly BatchItem[],
    policy: ValuePolicy,
    signal?: AbortSignal,
  ): Promise<readonly Rejection[]>
}

const bodyFor = (runId: string, items: readonly BatchItem[]) => {
  const metrics = items.flatMap(item => (item.kind === 'metric' ? [item.wire] : []))
  const params = items.flatMap(item => (item.kind === 'param' ? [item.wire] : []))
  const tags = items.flatMap(item => (item.kind === 'tag' ? [item.wire] : []))
  return {
    run_id: runId,
    ...(metrics.length > 0 ? { metrics } : {}),
    ...(params.length > 0 ? { params } : {}),
    ...(tags.length > 0 ? { tags } : {}),
  }
}

export const createBatchSender = (
  api: Api,
  transport: Transport,
  size: BatchSize,
  warn: (message: string) => void,
): BatchSender => ({
  send: async (runId, items, policy, signal) => {
    await checked('runById', { run_id: runId })
    const { accepted, originals, rejected, warnings } = await screen(items, policy)
    for (const warning of warnings) warn(warning)
    const post: Post = async (chunk, shouldRetry) => {
      await api.POST('/api/2.0/mlflow/runs/log-batch', {
        body: bodyFor(runId, chunk),
        fetch: apiFetch(transport, { shouldRetry }),
        ...(signal ? { signal } : {}),
      })
    }
    const refused = await deliver(accepted, post, size)
    return [...rejected, ...refused.map(({ item, error }) => ({ item: originals.get(item) ?? item, error }))]
  },
})
