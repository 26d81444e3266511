import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { JournalEntry } from '../journal/entry.js'
import { EVENTS_FILE, SAMPLES_FILE } from '../journal/files.js'
import { JournalWriter } from '../journal/journal-writer.js'
import { buildRecord } from '../record/build-record.js'
import { type RecordingExporter, recordingExporter } from '../testing/recording-exporter.js'
import { scriptedRun, tickAt, windowAt } from '../testing/scripted-run.js'
import { outboxPath, readNotes } from './delivery-note.js'
import { exportedRun, type RunExporter } from './exporter.js'
import { RunDelivery } from './run-delivery.js'
import { undelivered } from './sync-runs.js'

const run = scriptedRun()
const SECONDS = 40
/** 50 W all the time; an epoch of eight seconds every ten. */
const ticks: JournalEntry[] = Array.from({ length: SECONDS + 1 }, (_, second) =>
  tickAt(second, [second * 50e6]),
)
const windows: JournalEntry[] = [0, 1, 2, 3].flatMap(index =>
  windowAt(
    index + 1,
    index * 10 + 1,
    index * 10 + 9,
    [[(index * 10 + 1) * 50e6], [(index * 10 + 9) * 50e6]],
    'epoch',
    { index },
  ),
)
const stop: JournalEntry = { type: 'stop', t: SECONDS * 1e9, status: 'finished' }

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'epochwatt-delivery-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const write = (file: string, entries: readonly JournalEntry[]): void => {
  const writer = new JournalWriter(join(directory, file))
  for (const entry of entries) writer.append(entry)
  writer.close()
}
const before =
  (seconds: number) =>
  ({ t }: JournalEntry): boolean =>
    t <= seconds * 1e9
const writeWholeRun = (): void => {
  write(EVENTS_FILE, [run, ...windows, stop])
  write(SAMPLES_FILE, ticks)
  writeRecord()
}
const writeRecord = (): void =>
  writeFileSync(
    join(directory, 'record.json'),
    JSON.stringify(buildRecord(run, [...ticks, ...windows, stop])),
  )

const deliveryTo = (...exporters: readonly RunExporter[]): RunDelivery => {
  const delivery = new RunDelivery({ directory, run: exportedRun(run) })
  delivery.takeOver()
  for (const exporter of exporters) delivery.add({ key: exporter.name, exporter })
  return delivery
}
const deliverAll = (timeoutMs: number, ...exporters: readonly RunExporter[]) => {
  const delivery = deliveryTo(...exporters)
  delivery.complete()
  return delivery.finish(timeoutMs)
}
const settled = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 30))

describe('the events of a run', () => {
  it('come from its journal, at the times at which things happened', async () => {
    writeWholeRun()
    const exporter = recordingExporter()
    await deliverAll(5000, exporter)
    const epochs = exporter.events.filter(event => event.type === 'window')
    const began = Date.parse(run.startedAt)
    expect(epochs.map(({ timeMs }) => timeMs - began)).toEqual([9000, 19_000, 29_000, 39_000])
    expect(epochs.map(({ figures }) => figures.energy_kwh!.value * 3.6e6)).toEqual([
      expect.closeTo(400, 6),
      expect.closeTo(400, 6),
      expect.closeTo(400, 6),
      expect.closeTo(400, 6),
    ])
    expect(epochs.at(-1)!.totals.energy_kwh!.value * 3.6e6).toBeCloseTo(39 * 50, 6)
    const power = exporter.events.filter(event => event.type === 'power')
    // A second each to begin with, then five.
    expect(power.map(({ timeMs }) => (timeMs - began) / 1000)).toEqual([
      ...Array.from({ length: 30 }, (_, index) => index + 1),
      35,
      40,
    ])
    for (const { powerWatts } of power) expect(powerWatts.total).toBeCloseTo(50, 6)
    expect(exporter.events.at(-1)).toMatchObject({ type: 'record', record: { id: run.id }, directory })
    expect(exporter.events.map(({ seq }) => seq)).toEqual(exporter.events.map((_, index) => index + 1))
    expect(exporter.events.map(({ timeMs }) => timeMs)).toEqual(
      exporter.events.map(({ timeMs }) => timeMs).sort((a, b) => a - b),
    )
    // Who was there meanwhile is nobody else's business.
    expect(statSync(outboxPath(directory)).mode & 0o777).toBe(0o600)
    expect(statSync(join(directory, 'delivery')).mode & 0o777).toBe(0o700)
  })

  it('are the same whether they are made on the way or afterwards', async () => {
    const live = recordingExporter('live')
    const delivery = deliveryTo(live)
    write(EVENTS_FILE, [run])
    for (let second = 0; second <= SECONDS; second++) {
      const now = (entry: JournalEntry): boolean => before(second)(entry) && !before(second - 1)(entry)
      write(EVENTS_FILE, windows.filter(now))
      write(SAMPLES_FILE, ticks.filter(now))
      delivery.update()
      await Promise.resolve()
    }
    write(EVENTS_FILE, [stop])
    writeRecord()
    delivery.complete()
    await delivery.finish(5000)
    rmSync(join(directory, 'delivery'), { recursive: true })
    const later = recordingExporter('later')
    await deliverAll(5000, later)
    expect(live.events).toEqual(later.events)
  })

  it('are not made again by whoever goes on, wherever the first one died', async () => {
    writeWholeRun()
    const whole = recordingExporter('whole')
    await deliverAll(5000, whole)
    const bytes = readFileSync(outboxPath(directory)).length
    for (let cut = 0; cut < bytes; cut += 977) {
      truncateSync(outboxPath(directory), Math.min(cut, readFileSync(outboxPath(directory)).length))
      rmSync(join(directory, 'delivery', 'again.json'), { force: true })
      const again = recordingExporter('again')
      await deliverAll(5000, again)
      expect(again.events).toEqual(whole.events)
    }
  })

  it('wait for metrics that are logged after the end of their window', async () => {
    write(EVENTS_FILE, [run, ...windowAt(1, 1, 2, [[50e6], [100e6]])])
    write(SAMPLES_FILE, ticks.filter(before(2)))
    const exporter = recordingExporter()
    const delivery = new RunDelivery({ directory, run: exportedRun(run), settleMs: 1500 })
    delivery.takeOver()
    delivery.add({ key: 'recording', exporter })
    delivery.update()
    write(EVENTS_FILE, [{ type: 'metrics', t: 2.1e9, window: 1, values: { loss: 0.5 } }])
    write(
      SAMPLES_FILE,
      ticks.filter(entry => before(4)(entry) && !before(2)(entry)),
    )
    delivery.update()
    await settled()
    expect(exporter.events.find(({ type }) => type === 'window')).toMatchObject({ metrics: { loss: 0.5 } })
  })
})

describe('delivery', () => {
  it('goes on at the cursor that an earlier process left, and begins again where a backend wants that', async () => {
    writeWholeRun()
    const first = recordingExporter('tracker')
    first.failures = Number.POSITIVE_INFINITY
    const [outcome] = await deliverAll(1000, first)
    expect(outcome).toMatchObject({
      name: 'tracker',
      delivered: 0,
      waiting: 37,
      error: 'the backend is down',
    })
    expect(undelivered(directory)).toMatchObject([{ exporter: 'tracker', waiting: 37 }])

    const second = recordingExporter('tracker')
    expect(await deliverAll(5000, second)).toMatchObject([{ delivered: 37, waiting: 0 }])
    expect(undelivered(directory)).toEqual([])
    const third = recordingExporter('tracker')
    await deliverAll(5000, third)
    expect(third.events).toEqual([])
    const whole: RecordingExporter = { ...recordingExporter('tracker'), restarts: true }
    await deliverAll(5000, whole)
    expect(whole.events).toEqual(second.events)
  })

  it('tries again after a failure and loses nothing', async () => {
    writeWholeRun()
    const exporter = recordingExporter()
    exporter.failures = 1
    const delivery = deliveryTo(exporter)
    delivery.complete()
    delivery.update()
    await settled()
    expect(readNotes(directory).get('recording')?.error).toBe('the backend is down')
    expect(await delivery.finish(5000)).toMatchObject([{ delivered: 37, waiting: 0 }])
    expect(readNotes(directory).get('recording')).toMatchObject({ complete: true })
    expect(readNotes(directory).get('recording')).not.toHaveProperty('error')
  })

  it('leaves a slow backend alone for longer than it took, but not at the end', async () => {
    write(EVENTS_FILE, [run])
    write(SAMPLES_FILE, ticks.filter(before(2)))
    const recording = recordingExporter('slow')
    const slow: RunExporter = {
      ...recording,
      export: async batch => {
        await new Promise(resolve => setTimeout(resolve, 800))
        await recording.export(batch)
      },
    }
    const delivery = deliveryTo(slow)
    delivery.update()
    await vi.waitFor(() => expect(recording.events).not.toEqual([]), { timeout: 5000 })
    await settled()
    const early = recording.events.length
    write(
      SAMPLES_FILE,
      ticks.filter(entry => before(4)(entry) && !before(2)(entry)),
    )
    delivery.update()
    await new Promise(resolve => setTimeout(resolve, 1000))
    expect(recording.events).toHaveLength(early)
    await delivery.finish(5000)
    expect(recording.events.length).toBeGreaterThan(early)
  })

  it('does not insist where the backend says that it is of no use', async () => {
    writeWholeRun()
    let attempts = 0
    const refusing: RunExporter = {
      ...recordingExporter('refusing'),
      export: async () => {
        attempts++
        throw Object.assign(new Error('the run was deleted'), { isRetryable: false })
      },
    }
    const delivery = deliveryTo(refusing)
    delivery.complete()
    for (let round = 0; round < 5; round++) {
      delivery.update()
      await settled()
    }
    expect(await delivery.finish(5000)).toMatchObject([{ waiting: 37, error: 'the run was deleted' }])
    expect(attempts).toBe(1)
  })

  it('lets a broken exporter hold up neither the others nor the end, and says what waits', async () => {
    writeWholeRun()
    const good = recordingExporter('good')
    const hanging = { ...recordingExporter('hanging'), export: () => new Promise<void>(() => {}) }
    const broken = recordingExporter('broken')
    broken.failures = Number.POSITIVE_INFINITY
    expect(await deliverAll(300, hanging, broken, good)).toEqual([
      { key: 'hanging', name: 'hanging', delivered: 0, waiting: 37, error: 'no answer within 300 ms' },
      { key: 'broken', name: 'broken', delivered: 0, waiting: 37, error: 'the backend is down' },
      { key: 'good', name: 'good', delivered: 37, waiting: 0 },
    ])
    expect(good.calls.filter(call => call === 'shutdown')).toHaveLength(1)
    expect(good.calls[0]).toBe('start')
  })

  it('counts what a backend refuses for good', async () => {
    writeWholeRun()
    const exporter: RunExporter = {
      ...recordingExporter('picky'),
      refusals: () => [{ item: 'param "lr"', reason: 'it has another value' }],
    }
    expect(await deliverAll(5000, exporter)).toMatchObject([{ waiting: 0, refused: 1 }])
    expect(undelivered(directory)).toMatchObject([
      { exporter: 'picky', waiting: 0, refusedCount: 1, refused: [{ item: 'param "lr"' }] },
    ])
  })

  it('is nothing but silence where the folder is gone', async () => {
    writeWholeRun()
    const delivery = deliveryTo(recordingExporter())
    rmSync(directory, { recursive: true })
    delivery.update()
    delivery.complete()
    await expect(delivery.finish(1000)).resolves.toHaveLength(1)
  })
})
