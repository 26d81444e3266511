import type { Refusal } from '@epochwatt/core'
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http'
import {
  type IExportMetricsServiceResponse,
  MetricsExporterMetricsHelper,
  ProtobufMetricsSerializer,
} from '@opentelemetry/otlp-transformer'
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics'

export interface ReceiverOptions {
  readonly url?: string
  readonly headers?: Record<string, string>
  readonly timeoutMillis?: number
}

export interface Receiver {
  /** @throws if the receiver did not take the metrics, or somebody else answered in its place. */
  send(metrics: ResourceMetrics): Promise<void>
  readonly refusals: readonly Refusal[]
  forceFlush(): Promise<void>
  shutdown(): Promise<void>
}

const TYPE = { 'Content-Type': 'application/x-protobuf' }

/** Protobuf by the book; some receivers answer in JSON whatever they were sent. */
const understood = (bytes: Uint8Array): IExportMetricsServiceResponse => {
  try {
    return ProtobufMetricsSerializer.deserializeResponse(bytes)
  } catch (cause) {
    const text = new TextDecoder().decode(bytes)
    try {
      const value: unknown = JSON.parse(text)
      if (typeof value === 'object' && value !== null) return value
    } catch {
      // Not that either.
    }
    const start = text.slice(0, 80).replace(/\s+/g, ' ')
    throw new Error(
      `the answer is none of an OTLP receiver: "${start}". Check the address, and that no login page stands before it.`,
      { cause },
    )
  }
}

/**
 * Sends by OpenTelemetry's own transport, and reads the answer, which OpenTelemetry's exporter leaves: to it a login page
 * is a success, and points that were refused are none of its business.
 */
export const openReceiver = (options: ReceiverOptions): Receiver => {
  const refusals: Refusal[] = []
  let misunderstood: unknown
  const take = ({ partialSuccess }: IExportMetricsServiceResponse): void => {
    // JSON has such numbers as texts.
    const count = Number(partialSuccess?.rejectedDataPoints ?? 0)
    if (count > 0)
      refusals.push({
        item: `${count} data points`,
        reason: partialSuccess?.errorMessage || 'no reason given',
      })
  }
  const delegate = createOtlpHttpExportDelegate<ResourceMetrics, IExportMetricsServiceResponse>(
    convertLegacyHttpOptions({ ...options }, 'METRICS', 'v1/metrics', TYPE),
    {
      serializeRequest: metrics => ProtobufMetricsSerializer.serializeRequest(metrics),
      deserializeResponse: bytes => {
        try {
          const response = understood(bytes)
          take(response)
          return response
        } catch (error) {
          misunderstood = error
          throw error
        }
      },
    },
    'otlp_http_metric_exporter',
    MetricsExporterMetricsHelper,
    undefined,
  )
  return {
    refusals,
    send: metrics => {
      misunderstood = undefined
      return new Promise((resolve, reject) => {
        delegate.export(metrics, ({ code, error }) => {
          // ExportResultCode.SUCCESS
          const failure =
            code === 0 ? misunderstood : (error ?? new Error('the receiver did not take the metrics'))
          if (failure === undefined) resolve()
          else reject(failure)
        })
      })
    },
    forceFlush: () => delegate.forceFlush(),
    shutdown: () => delegate.shutdown(),
  }
}
