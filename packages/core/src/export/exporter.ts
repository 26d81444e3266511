import type { RunEntry, Scope } from '../journal/entry.js'
import type { RunRecord, SpanFigures } from '../record/record.js'
import type { Component } from '../sensors/sensor.js'

/** What a backend needs to know when a run begins. */
export interface ExportedRun {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly startedAt: string
  readonly params: Readonly<Record<string, string | number | boolean>>
  readonly tags: Readonly<Record<string, string>>
  /** Versions, and where they are known `script` (inside the working directory) and `git_commit`. */
  readonly software?: Readonly<Record<string, string>>
}

export const exportedRun = (run: RunEntry): ExportedRun => ({
  id: run.id,
  name: run.name,
  project: run.project,
  startedAt: run.startedAt,
  params: run.params,
  tags: run.tags,
  software: run.software,
})

/** A window of the run came to its end. */
export interface WindowEvent {
  readonly type: 'window'
  /** Position in the run's stream, from 1: the same event sent twice has the same number and the same content. */
  readonly seq: number
  /** When the window ended, milliseconds since 1970, however late the event is delivered. */
  readonly timeMs: number
  readonly name: string
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  readonly durationSeconds: number
  readonly figures: SpanFigures
  /** The run up to the window's end. */
  readonly totals: SpanFigures
  readonly metrics: Readonly<Record<string, number>>
}

/** Power over a short stretch of the run, and the run up to its end: every few seconds, inside windows and between. */
export interface PowerEvent {
  readonly type: 'power'
  readonly seq: number
  /** The end of the stretch, milliseconds since 1970. */
  readonly timeMs: number
  /** Number of the stretch, from 0. */
  readonly index: number
  readonly durationSeconds: number
  /** Whose power it is: that of the process and its children, or the machine's. */
  readonly scope: Scope
  /** Mean watts attributed to the run, as a whole and by component; without what is unknown. */
  readonly powerWatts: Readonly<Partial<Record<Component | 'total', number>>>
  /** Mean watts of each board that the run is booked for. */
  readonly gpuPowerWatts: readonly number[]
  readonly gridGramsPerKwh?: number
  readonly totals: SpanFigures
}

/**
 * In a run's folder: files of the work's own, such as its model. Who trains puts them there, exporters send them along.
 *
 * @example
 * ```ts
 * import { mkdirSync } from 'node:fs'
 * import { join } from 'node:path'
 *
 * const tracker = startTracking()
 * mkdirSync(join(tracker.directory, OWN_FILES_FOLDER), { recursive: true })
 * ```
 */
export const OWN_FILES_FOLDER = 'artifacts'

/** The run ended; its record is final. */
export interface RecordEvent {
  readonly type: 'record'
  readonly seq: number
  readonly timeMs: number
  readonly record: RunRecord
  /** Folder with record.json, the journal and {@link OWN_FILES_FOLDER}. Empty in a page. */
  readonly directory: string
}

/**
 * What exporters are handed, told apart by `type`. `seq` is an event's identity: one that arrives again
 * is to change nothing.
 */
export type RunEvent = WindowEvent | PowerEvent | RecordEvent

/** Something that the backend will never take as it is. All else of the same events has arrived. */
export interface Refusal {
  /** What it is, e.g. `param "lr"`. */
  readonly item: string
  readonly reason: string
}

/**
 * How another thread makes the same exporter, so that it delivers while the main thread is blocked.
 * `options` are copied to that thread and never written to disk.
 */
export interface PortableExporter {
  /** URL of a file that exports `createExporter(options)`. A bundle has none beside it; then the exporter stays here. */
  readonly module: string
  readonly options: unknown
}

/** What is noted beside the journal, so that a later process can deliver what this one could not. */
export interface ExporterOrigin {
  /** The package that exports `createExporter(destination)`. */
  readonly package: string
  /** Where to, without any secret: those come from the environment or from the backend's own files. */
  readonly destination: Readonly<Record<string, unknown>>
}

/**
 * Turns run events into a backend's calls. Thin: no arithmetic on energy. Delivery is at least once, so a backend must
 * take the same `seq` twice without harm. A rejection is retried; where the error says `isRetryable: false`, only after
 * minutes. Nothing an exporter does reaches the training.
 */
export interface RunExporter {
  readonly name: string
  readonly portable?: PortableExporter
  readonly origin?: ExporterOrigin
  /** The backend takes a run as a whole: a later process must send it everything again, from the first event. */
  readonly restarts?: boolean
  start?(run: ExportedRun): Promise<void>
  export(batch: readonly RunEvent[]): Promise<void>
  /** What the backend has refused for good so far. */
  refusals?(): readonly Refusal[]
  /** Resolves when everything taken so far has reached the backend. */
  forceFlush(): Promise<void>
  /** Flushes and lets go of connections. Called once. */
  shutdown(): Promise<void>
}
