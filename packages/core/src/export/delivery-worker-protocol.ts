import type { ExportedRun, ExporterOrigin } from './exporter.js'
import type { ExportOutcome } from './run-delivery.js'

/** An exporter as another thread can make it. */
export interface CarriedExporter {
  readonly key: string
  readonly name: string
  readonly origin?: ExporterOrigin
  /** URL to import. */
  readonly module: string
  /** For its `createExporter`. May hold secrets: passed in memory only. */
  readonly options: unknown
}

export interface DeliveryOrder {
  readonly directory: string
  readonly run: ExportedRun
  readonly exporters: readonly CarriedExporter[]
}

export interface FinishRequest {
  readonly timeoutMs: number
}

export type DeliveryMessage =
  /** An exporter cannot be made on this thread. */
  | { readonly type: 'unusable'; readonly key: string; readonly reason: string }
  /** All events stand in the outbox. */
  | { readonly type: 'derived' }
  | { readonly type: 'done'; readonly outcomes: readonly ExportOutcome[] }
