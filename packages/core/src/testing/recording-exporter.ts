import type { ExportedRun, RunEvent, RunExporter } from '../export/exporter.js'

/** An exporter that keeps what it is given, for tests. `failures` makes its next calls of `export` reject. */
export interface RecordingExporter extends RunExporter {
  readonly runs: readonly ExportedRun[]
  readonly events: readonly RunEvent[]
  readonly calls: readonly string[]
  /** How many calls of `export` shall still be refused. */
  failures: number
}

/**
 * A `RecordingExporter` under a name, `recording` if none is given.
 *
 * @example
 * const exporter = recordingExporter()
 * const tracker = startTracking({ exporters: [exporter] })
 * await tracker.stop()
 * exporter.events.at(-1) // { type: 'record', … }
 */
export const recordingExporter = (name = 'recording'): RecordingExporter => {
  const runs: ExportedRun[] = []
  const events: RunEvent[] = []
  const calls: string[] = []
  const exporter: RecordingExporter = {
    name,
    runs,
    events,
    calls,
    failures: 0,
    start: async run => {
      calls.push('start')
      runs.push(run)
    },
    export: async batch => {
      calls.push('export')
      if (exporter.failures > 0) {
        exporter.failures--
        throw new Error('the backend is down')
      }
      events.push(...batch)
    },
    forceFlush: async () => {
      calls.push('forceFlush')
    },
    shutdown: async () => {
      calls.push('shutdown')
    },
  }
  return exporter
}
