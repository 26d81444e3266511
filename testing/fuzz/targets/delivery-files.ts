// What a run's folder holds for its exporters, written by another process or by nobody knows whom.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DeliveryNote, outboxPath, readNotes } from '../../../packages/core/src/export/delivery-note.js'
import { Outbox } from '../../../packages/core/src/export/outbox.js'
import { undeliveredOf } from '../../../packages/core/src/export/undelivered.js'
import { parseOpenMark } from '../../../packages/core/src/store/owner.js'
import type { FuzzTarget } from '../fuzz-target.js'
import { scratchFolder } from '../scratch-folder.js'

const { folder, write } = scratchFolder()
mkdirSync(join(folder, 'delivery'))

const NOTE: DeliveryNote = {
  exporter: 'mlflow',
  origin: { package: '@epochwatt/mlflow-plugin', destination: { trackingUri: 'http://a' } },
  delivered: 2,
  offset: 120,
  hasRecord: false,
  complete: false,
  error: 'no answer',
  refused: { count: 1, first: [] },
}
const EVENTS = [
  { type: 'power', index: 0, timeMs: 1, watts: 20, seq: 1 },
  { type: 'window', window: 1, name: 'epoch', timeMs: 2, seq: 2 },
  { type: 'record', timeMs: 3, seq: 3 },
]
  .map(event => `${JSON.stringify(event)}\n`)
  .join('')

const must = (condition: boolean, rule: string): void => {
  if (!condition) throw new Error(rule)
}

const waiting = (): void => {
  for (const note of readNotes(folder).values())
    must(undeliveredOf(folder, note) >= 0, 'what waits can be counted')
}

export const deliveryFileTargets: readonly FuzzTarget[] = [
  {
    name: 'a delivery cursor',
    seeds: [JSON.stringify(NOTE)],
    errors: [],
    run: input => {
      writeFileSync(outboxPath(folder), EVENTS)
      write('delivery/mlflow.json', input)
      waiting()
    },
  },
  {
    name: 'an outbox',
    seeds: [EVENTS],
    errors: [],
    run: input => {
      writeFileSync(outboxPath(folder), input)
      write('delivery/mlflow.json', JSON.stringify(NOTE))
      waiting()
      const outbox = new Outbox(outboxPath(folder))
      const { powerCount } = outbox
      must(Number.isInteger(powerCount) && powerCount >= 0, `${powerCount} stretches of power`)
      outbox.append({ type: 'record', timeMs: 4 })
      outbox.close()
      must(new Outbox(outboxPath(folder)).hasRecord, 'what was appended is read again')
    },
  },
  {
    name: 'the mark of an open run',
    seeds: ['{"owner":{"pid":12,"startTicks":5,"boot":"b"},"samplingIntervalMs":1000}'],
    errors: [],
    run: input => {
      const mark = parseOpenMark(input.toString())
      must(mark === undefined || mark.samplingIntervalMs > 0, 'an interval is positive')
    },
  },
]
