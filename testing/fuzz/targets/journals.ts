import { rmSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { openJournal } from '../../../packages/core/src/journal/read-journal.js'
import { parseRecord } from '../../../packages/core/src/record/record-schema.js'
import { recordOfJournal } from '../../../packages/core/src/store/recover-runs.js'
import {
  packageCounter,
  scriptedRun,
  tickAt,
  windowAt,
} from '../../../packages/core/src/testing/scripted-run.js'
import type { FuzzTarget } from '../fuzz-target.js'
import { scratchFolder } from '../scratch-folder.js'

const lines = (entries: readonly unknown[]): string =>
  entries.map(entry => `${JSON.stringify(entry)}\n`).join('')

const run = scriptedRun({
  scope: 'process',
  staticPolicy: 'proportional',
  embodied: true,
  sensors: [
    packageCounter(),
    packageCounter({
      id: 'gpu0',
      domain: 'gpu',
      component: 'gpu',
      kind: 'power_gauge',
      scale: 1,
      covers: ['gpu'],
    }),
  ],
})
const events = lines([
  run,
  ...windowAt(1, 1, 3, [[50e6], [150e6]]),
  { type: 'metrics', t: 3e9, window: 1, values: { loss: 0.5, val_loss: 0.7 } },
  { type: 'params', t: 3e9, params: { lr: 0.1 } },
  { type: 'warning', t: 3.5e9, code: 'X', message: 'y' },
  ...windowAt(2, 3, 5, [[150e6], [250e6]]),
  { type: 'stop', t: 6e9, status: 'finished' },
])
const samples = lines(
  [0, 1, 2, 3, 4, 5, 6].map(second => tickAt(second, [second * 50e6, 200], [second, second * 4, second / 2])),
)

const scratch = scratchFolder()

/** A journal either cannot be read, which is said, or gives a record that its own schema accepts. */
const recordOf = (eventsText: string | Buffer, samplesText: string | Buffer): void => {
  scratch.write('events.jsonl', eventsText)
  scratch.write('samples.jsonl', samplesText)
  const record = recordOfJournal(openJournal(scratch.folder))
  const text = JSON.stringify(record)
  // JSON writes NaN and infinities as null: the schema would find them.
  parseRecord(JSON.parse(text), 'the record of a damaged journal')
}

const recordText = (): string => {
  scratch.write('events.jsonl', events)
  scratch.write('samples.jsonl', samples)
  return JSON.stringify(recordOfJournal(openJournal(scratch.folder)))
}

export const journalTargets: readonly FuzzTarget[] = [
  {
    name: 'journal: events',
    seeds: [events],
    errors: ['JOURNAL_'],
    run: input => recordOf(input, samples),
  },
  {
    name: 'journal: samples',
    seeds: [samples],
    errors: ['JOURNAL_'],
    run: input => recordOf(events, input),
  },
  {
    name: 'journal: packed segment',
    seeds: [gzipSync(samples)],
    errors: ['JOURNAL_'],
    run: input => {
      const path = scratch.write('samples.1.jsonl.gz', input)
      try {
        recordOf(events, samples)
      } finally {
        rmSync(path)
      }
    },
  },
  {
    name: 'record.json',
    seeds: [recordText()],
    errors: ['RECORD_'],
    run: input => {
      let value: unknown
      try {
        value = JSON.parse(input.toString())
      } catch {
        return
      }
      parseRecord(value, 'a damaged record')
    },
  },
]
