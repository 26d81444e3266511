import { describe, expect, it } from 'vitest'
import { recordingExporter } from '../testing/recording-exporter.js'
import { scriptedRun } from '../testing/scripted-run.js'
import { startExports } from './export-scheduler.js'
import type { RunEvent } from './exporter.js'

const run = scriptedRun()
const event = (seq: number): RunEvent => ({
  type: 'window',
  seq,
  timeMs: seq,
  name: 'epoch',
  attributes: { index: seq },
  durationSeconds: 1,
  figures: {},
  totals: {},
  metrics: {},
})

describe('startExports', () => {
  it('delivers in order and closes each exporter once', async () => {
    const exporter = recordingExporter()
    const exports = startExports([exporter], run)
    for (const seq of [1, 2, 3]) exports.push(event(seq))
    expect(await exports.finish(1000)).toEqual([{ name: 'recording', delivered: 3, waiting: 0 }])
    expect(exporter.events.map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(exporter.calls.filter(call => call === 'shutdown')).toHaveLength(1)
    expect(exporter.calls[0]).toBe('start')
  })

  it('tries again after a failure and loses nothing', async () => {
    const exporter = recordingExporter()
    exporter.failures = 1
    const exports = startExports([exporter], run)
    exports.push(event(1))
    await new Promise(resolve => setTimeout(resolve, 20))
    exports.push(event(2))
    const [outcome] = await exports.finish(5000)
    expect(outcome).toEqual({ name: 'recording', delivered: 2, waiting: 0 })
    expect(exporter.events.map(({ seq }) => seq)).toEqual([1, 2])
  })

  it('lets a broken exporter hold up neither the others nor the end, and says what waits', async () => {
    const good = recordingExporter('good')
    const hanging = { ...recordingExporter('hanging'), export: () => new Promise<void>(() => {}) }
    const broken = recordingExporter('broken')
    broken.failures = Number.POSITIVE_INFINITY
    const exports = startExports([hanging, broken, good], run)
    exports.push(event(1))
    const outcomes = await exports.finish(100)
    expect(outcomes).toEqual([
      { name: 'hanging', delivered: 0, waiting: 1, error: 'no answer within 100 ms' },
      { name: 'broken', delivered: 0, waiting: 1, error: 'the backend is down' },
      { name: 'good', delivered: 1, waiting: 0 },
    ])
  })
})
