import type { RunRecord, SpanFigures } from '../record/record.js'

/** What a backend needs to know when a run begins. */
export interface ExportedRun {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly startedAt: string
  readonly params: Readonly<Record<string, string | number | boolean>>
  readonly tags: Readonly<Record<string, string>>
}

/** A window of the run came to its end. */
export interface WindowEvent {
  readonly type: 'window'
  /** Position in the run's stream: the same event sent twice has the same number. */
  readonly seq: number
  /** Wall clock, milliseconds since 1970. */
  readonly timeMs: number
  readonly name: string
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  readonly durationSeconds: number
  readonly figures: SpanFigures
  /** The run so far. */
  readonly totals: SpanFigures
  readonly metrics: Readonly<Record<string, number>>
}

/** The run ended; its record is final. */
export interface RecordEvent {
  readonly type: 'record'
  readonly seq: number
  readonly timeMs: number
  readonly record: RunRecord
  /** Folder with record.json and the journal. */
  readonly directory: string
}

export type RunEvent = WindowEvent | RecordEvent

/**
 * Turns run events into a backend's calls. Thin: no arithmetic on energy. Delivery is at least once, so a backend must
 * take the same `seq` twice without harm. A rejection is retried; nothing an exporter does reaches the training.
 */
export interface RunExporter {
  readonly name: string
  start?(run: ExportedRun): Promise<void>
  export(batch: readonly RunEvent[]): Promise<void>
  /** Resolves when everything taken so far has reached the backend. */
  forceFlush(): Promise<void>
  /** Flushes and lets go of connections. Called once. */
  shutdown(): Promise<void>
}
