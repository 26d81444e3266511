import type { ExportedRun, RunEvent, RunExporter } from '../export/exporter.js'
import { buildRecord } from '../record/build-record.js'
import { scriptedRun, tickAt, windowAt } from './scripted-run.js'

/** What the suite needs to know about the exporter under test and its backend. */
export interface ExporterCheck {
  /** A fresh exporter, connected to a backend that works. */
  create(): RunExporter | Promise<RunExporter>
  /** Sequence numbers of all events that the backend holds now, each as often as it holds them. */
  received(): Promise<readonly number[]>
}

const equal = (actual: unknown, expected: unknown, rule: string): void => {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (a !== b) throw new Error(`${rule}: expected ${b}, the backend has ${a}`)
}

const scriptedEvents = (): { run: ExportedRun; events: RunEvent[] } => {
  const run = scriptedRun()
  const entries = [tickAt(0, [0]), ...windowAt(1, 0, 1, [[0], [50e6]]), tickAt(2, [100e6])]
  const record = buildRecord(run, entries)
  const [epoch] = record.epochs
  const { energy_kwh, carbon_g } = epoch!
  return {
    run: {
      id: run.id,
      name: run.name,
      project: run.project,
      startedAt: run.startedAt,
      params: { lr: 0.1 },
      tags: {},
    },
    events: [
      {
        type: 'window',
        seq: 1,
        timeMs: Date.parse(run.startedAt) + 1000,
        name: 'epoch',
        attributes: { index: 1 },
        durationSeconds: 1,
        figures: { ...(energy_kwh && { energy_kwh }), ...(carbon_g && { carbon_g }) },
        totals: { ...(energy_kwh && { energy_kwh }), ...(carbon_g && { carbon_g }) },
        metrics: { loss: 0.5 },
      },
      // A window whose energy nobody knows: figures are absent, and absent they must stay.
      {
        type: 'window',
        seq: 2,
        timeMs: Date.parse(run.startedAt) + 2000,
        name: 'epoch',
        attributes: { index: 2 },
        durationSeconds: 1,
        figures: {},
        totals: {},
        metrics: {},
      },
      { type: 'record', seq: 3, timeMs: Date.parse(run.startedAt) + 2000, record, directory: '' },
    ],
  }
}

/**
 * The conformance suite for exporters, for any test runner: each rule is a named function that rejects when the
 * exporter breaks it.
 *
 * @example
 * // In a test file of vitest, for an exporter of one's own:
 * let backend = recordingExporter()
 * const create = () => (backend = recordingExporter())
 * const received = async () => backend.events.map(({ seq }) => seq)
 * for (const [rule, check] of testExporter({ create, received })) it(rule, check)
 */
export const testExporter = ({ create, received }: ExporterCheck): ReadonlyMap<string, () => Promise<void>> =>
  new Map([
    [
      'has a name',
      async () => {
        const exporter = await create()
        if (exporter.name.trim() === '')
          throw new Error('an exporter needs a name: warnings are signed with it')
      },
    ],
    [
      'delivers every event once, unknown figures included',
      async () => {
        const exporter = await create()
        const { run, events } = scriptedEvents()
        await exporter.start?.(run)
        for (const event of events) await exporter.export([event])
        await exporter.forceFlush()
        equal([...(await received())].sort(), [1, 2, 3], 'every event arrives')
        await exporter.shutdown()
      },
    ],
    [
      'takes the same event twice without doubling it',
      async () => {
        const exporter = await create()
        const { run, events } = scriptedEvents()
        await exporter.start?.(run)
        await exporter.export(events)
        await exporter.export(events)
        await exporter.forceFlush()
        equal([...(await received())].sort(), [1, 2, 3], 'delivery is at least once, the effect exactly once')
        await exporter.shutdown()
      },
    ],
    [
      'accepts an empty batch and a shutdown without a run',
      async () => {
        const exporter = await create()
        await exporter.export([])
        await exporter.forceFlush()
        await exporter.shutdown()
      },
    ],
  ])
