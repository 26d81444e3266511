import { type TextValue, toKeyValues, type WireKeyValue } from '../entities/key-value.js'
import { type MetricInput, metricToWire, type WireMetricInput } from '../entities/metric.js'

/**
 * What is logged to a run at once, in any number: it is sent in as many requests as the server needs.
 * `undefined` is left out.
 */
export interface LogBatch {
  readonly metrics?: readonly MetricInput[]
  readonly params?: Readonly<Record<string, TextValue | undefined>>
  readonly tags?: Readonly<Record<string, TextValue | undefined>>
}

export type BatchItem =
  | { readonly kind: 'param'; readonly wire: WireKeyValue }
  | { readonly kind: 'metric'; readonly wire: WireMetricInput }
  | { readonly kind: 'tag'; readonly wire: WireKeyValue }

export const metricItem = (metric: MetricInput, now: number): BatchItem => ({
  kind: 'metric',
  wire: metricToWire(metric, now),
})

export const paramItems = (params: LogBatch['params']): BatchItem[] =>
  toKeyValues(params).map(wire => ({ kind: 'param', wire }))

export const tagItems = (tags: LogBatch['tags']): BatchItem[] =>
  toKeyValues(tags).map(wire => ({ kind: 'tag', wire }))

/** The time of points without one is fixed here, once: sent again with the same time they are the same points. */
export const itemsOf = ({ metrics = [], params, tags }: LogBatch, now = Date.now()): BatchItem[] => [
  ...paramItems(params),
  ...metrics.map(metric => metricItem(metric, now)),
  ...tagItems(tags),
]
