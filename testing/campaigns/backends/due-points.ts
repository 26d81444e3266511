// What backends must hold of a run, by the events that stand in its outbox, in the words of the exporters themselves.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PowerEvent, RunEvent, RunRecord, WindowEvent } from '../../../packages/core/src/index.js'
import { metricData } from '../../../packages/otlp-plugin/src/metric-data.js'
import { epochRow, powerValues } from '../../../packages/wandb-plugin/src/figures.js'

type Stored =
  | WindowEvent
  | PowerEvent
  | { readonly type: 'record'; readonly seq: number; readonly timeMs: number }

const recordOf = (directory: string): RunRecord =>
  JSON.parse(readFileSync(join(directory, 'record.json'), 'utf8')) as RunRecord

/** The events of a run, the record in its place. */
export const eventsOf = (directory: string): RunEvent[] =>
  readFileSync(join(directory, 'delivery', 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => {
      const event = JSON.parse(line) as Stored
      return event.type === 'record' ? { ...event, record: recordOf(directory), directory } : event
    })

/** Rows of the history and of the system metrics at W&B, in order. */
export const dueAtWandb = (directory: string) => {
  const startMs = Date.parse(recordOf(directory).started_at)
  const timed = (timeMs: number) => ({ _timestamp: timeMs / 1000, _runtime: (timeMs - startMs) / 1000 })
  const events = eventsOf(directory)
  const rows = events.flatMap(event => {
    const row = event.type === 'window' && epochRow(event, 'epoch')
    return row ? [{ ...event.metrics, ...row, ...timed(event.timeMs) }] : []
  })
  return {
    rows: rows.map((row, step) => ({ ...row, _step: step })),
    system: events.flatMap(event => {
      if (event.type !== 'power') return []
      const values = Object.entries(powerValues(event)).map(([key, value]) => [`system.${key}`, value])
      if (values.length === 0) return []
      return [{ _wandb: true, ...timed(event.timeMs), ...Object.fromEntries(values) }]
    }),
  }
}

const NANOS_A_MILLISECOND = 1e6

/** Points of an OTLP receiver: series, instant and value. */
export const dueAtCollector = (directory: string): string[] => {
  const record = recordOf(directory)
  const { id, name, project, started_at: startedAt } = record
  const run = { id, name, project, startedAt, params: {}, tags: {} }
  return metricData(run, eventsOf(directory)).flatMap(({ descriptor, dataPoints }) =>
    dataPoints.map(({ attributes, endTime: [seconds, nanos], value }) => {
      const ms = seconds * 1000 + Math.floor(nanos / NANOS_A_MILLISECOND)
      return pointKey(descriptor.name, attributes, ms, value as number)
    }),
  )
}

export const pointKey = (
  name: string,
  attributes: Readonly<Record<string, unknown>>,
  ms: number,
  value: number,
): string => `${name} ${JSON.stringify(Object.entries(attributes).sort())} ${ms} ${value}`
