import type { components } from '../openapi/schema.gen.js'

type WireMetric = components['schemas']['Metric']
export type WireMetricInput = components['schemas']['MetricInput']

/** A point of a metric as the server has it. */
export interface MetricPoint {
  readonly key: string
  /** NaN and, from some stores, infinities are possible. SQL stores turn infinities into ±1.797e308. */
  readonly value: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
  readonly step: number
  readonly runId?: string
  readonly datasetName?: string
  readonly datasetDigest?: string
  readonly modelId?: string
}

/** A point to log. */
export interface MetricInput {
  readonly key: string
  readonly value: number
  /** Milliseconds since 1970, whole. Default: now. */
  readonly timestamp?: number | undefined
  /** Whole, may be negative. Default: 0. */
  readonly step?: number | undefined
  /** With `datasetDigest`, or not at all. */
  readonly datasetName?: string | undefined
  readonly datasetDigest?: string | undefined
  readonly modelId?: string | undefined
}

export const metricFromWire = (wire: WireMetric): MetricPoint => ({
  key: wire.key,
  value: Number(wire.value),
  timestamp: wire.timestamp,
  step: wire.step ?? 0,
  ...(wire.run_id ? { runId: wire.run_id } : {}),
  ...(wire.dataset_name ? { datasetName: wire.dataset_name } : {}),
  ...(wire.dataset_digest ? { datasetDigest: wire.dataset_digest } : {}),
  ...(wire.model_id ? { modelId: wire.model_id } : {}),
})

/** `JSON.stringify` would make `null` of NaN, at which the server refuses the whole batch. */
const doubleToWire = (value: number): WireMetricInput['value'] =>
  Number.isFinite(value) ? value : (String(value) as 'NaN' | 'Infinity' | '-Infinity')

export const metricToWire = (metric: MetricInput, now: number): WireMetricInput => ({
  key: metric.key,
  value: typeof metric.value === 'number' ? doubleToWire(metric.value) : metric.value,
  timestamp: metric.timestamp ?? now,
  step: metric.step ?? 0,
  ...(metric.datasetName === undefined ? {} : { dataset_name: metric.datasetName }),
  ...(metric.datasetDigest === undefined ? {} : { dataset_digest: metric.datasetDigest }),
  ...(metric.modelId === undefined ? {} : { model_id: metric.modelId }),
})
