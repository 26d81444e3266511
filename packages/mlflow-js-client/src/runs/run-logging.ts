import { type BatchItem, itemsOf, type LogBatch } from '../batch/item.js'
import type { BatchSender } from '../batch/log-batch.js'
import { MlflowBatchError, type Rejection } from '../batch/rejection.js'
import type { ValuePolicy } from '../batch/screen.js'
import type { TextValue } from '../entities/key-value.js'
import type { MetricInput } from '../entities/metric.js'

/** Common to all that logs. */
export interface LogOptions {
  readonly signal?: AbortSignal
}

/** Where a value stands: `step`, default 0, and `timestamp` in milliseconds since 1970, default now. */
export type MetricOptions = Omit<MetricInput, 'key' | 'value'>

/** Everything goes through `log-batch`, whose repetition is harmless. */
export interface RunLogging {
  /**
   * Any number of metrics, params and tags, in as few requests as the server takes.
   * @throws MlflowBatchError if some were refused; all others are then stored.
   */
  logBatch(runId: string, batch: LogBatch, options?: LogOptions): Promise<void>
  logMetric(runId: string, key: string, value: number, options?: MetricOptions): Promise<void>
  logMetrics(runId: string, values: Readonly<Record<string, number>>, options?: MetricOptions): Promise<void>
  /** A param is written once; another value for it is refused. */
  logParam(runId: string, key: string, value: TextValue): Promise<void>
  logParams(runId: string, params: NonNullable<LogBatch['params']>): Promise<void>
  setTag(runId: string, key: string, value: TextValue): Promise<void>
  setTags(runId: string, tags: NonNullable<LogBatch['tags']>): Promise<void>
}

const settle = (items: readonly BatchItem[], rejections: readonly Rejection[]): void => {
  const [first] = rejections
  if (first === undefined) return
  throw items.length === 1 ? first.error : new MlflowBatchError(rejections)
}

export const createRunLogging = (sender: BatchSender, policy: ValuePolicy): RunLogging => {
  const logBatch: RunLogging['logBatch'] = async (runId, batch, { signal } = {}) => {
    const items = itemsOf(batch)
    settle(items, await sender.send(runId, items, policy, signal))
  }
  return {
    logBatch,
    logMetric: (runId, key, value, options) => logBatch(runId, { metrics: [{ ...options, key, value }] }),
    logMetrics: (runId, values, options) =>
      logBatch(runId, {
        metrics: Object.entries(values).map(([key, value]) => ({ ...options, key, value })),
      }),
    logParam: (runId, key, value) => logBatch(runId, { params: { [key]: value } }),
    logParams: (runId, params) => logBatch(runId, { params }),
    setTag: (runId, key, value) => logBatch(runId, { tags: { [key]: value } }),
    setTags: (runId, tags) => logBatch(runId, { tags }),
  }
}
