import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../journal/entry.js'
import { packageCounter, scriptedRun, tickAt, windowAt } from '../testing/scripted-run.js'
import { buildRecord } from './build-record.js'
import { parseRecord } from './record-schema.js'

/** 100 W for ten seconds. */
const steady = Array.from({ length: 11 }, (_, s) => tickAt(s, [s * 100e6]))
const joules = (kwh: number | undefined): number => (kwh ?? Number.NaN) * 3.6e6

describe('buildRecord', () => {
  it('counts no time outside of the run, whatever a damaged journal says of its windows', () => {
    const begin = { ...windowAt(1, 300, 301)[0]!, t: 303e9 } as JournalEntry
    const stop: JournalEntry = { type: 'stop', t: 6e9, status: 'finished' }
    const entries = [tickAt(0, [0]), tickAt(6, [300e6]), begin, ...windowAt(2, 5, 2), stop]
    const { epochs } = buildRecord(scriptedRun(), entries)
    for (const { started_s, ended_s, energy_kwh, carbon_g } of epochs) {
      expect(ended_s - started_s).toBeGreaterThanOrEqual(0)
      expect(ended_s).toBeLessThanOrEqual(6)
      expect(energy_kwh!.value).toBeGreaterThanOrEqual(0)
      expect(Number.isFinite(carbon_g!.high)).toBe(true)
    }
    expect(epochs).toHaveLength(2)
  })

  it('cuts windows that nest and overlap, and books the time outside epochs', () => {
    const entries: JournalEntry[] = [
      ...steady,
      ...windowAt(1, 1, 4, [[100e6], [400e6]]),
      ...windowAt(2, 1, 3, [[100e6], [300e6]], 'train', {}),
      ...windowAt(3, 3, 4, [[300e6], [400e6]], 'validation', {}),
      // Two models at once: epochs overlap by a second.
      ...windowAt(4, 3, 6, [[300e6], [600e6]]),
      ...windowAt(5, 0, 10, [[0], [1000e6]], 'search', { trial: 7 }),
      { type: 'metrics', t: 4e9, window: 1, values: { loss: 0.5 } },
      { type: 'stop', t: 10e9, status: 'finished' },
    ]
    const record = buildRecord(scriptedRun(), entries)
    expect(joules(record.energy.total_kwh?.value)).toBeCloseTo(1000)
    const [first, second] = record.epochs
    expect(joules(first?.energy_kwh?.value)).toBeCloseTo(300)
    expect(first?.mean_power_w).toBeCloseTo(100)
    expect(first?.metrics).toEqual({ loss: 0.5 })
    expect(joules(first?.phases.train?.energy_kwh?.value)).toBeCloseTo(200)
    expect(joules(first?.phases.validation?.energy_kwh?.value)).toBeCloseTo(100)
    expect(joules(second?.energy_kwh?.value)).toBeCloseTo(300)
    // Epochs cover 1 s to 6 s once, however much they overlap.
    expect(record.outside_epochs.duration_s).toBeCloseTo(5)
    expect(joules(record.outside_epochs.energy_kwh?.value)).toBeCloseTo(500)
    expect(record.windows).toHaveLength(1)
    expect(record.windows[0]).toMatchObject({ name: 'search', attributes: { trial: 7 } })
    expect(joules(record.windows[0]?.energy_kwh?.value)).toBeCloseTo(1000)
    expect(record).toMatchObject({ status: 'finished', duration_s: 10, ended_at: '2026-01-05T12:00:10.000Z' })
  })

  it('turns energy into carbon by PUE and intensity, each a line of its own', () => {
    const run = scriptedRun()
    const record = buildRecord({ ...run, pue: { ...run.pue, value: 1.5, low: 1.5, high: 1.5 } }, steady)
    const kwh = 1000 / 3.6e6
    expect(record.energy.total_kwh?.value).toBeCloseTo(kwh, 12)
    expect(record.energy.facility_kwh?.value).toBeCloseTo(kwh * 1.5, 12)
    expect(record.carbon.operational_g?.value).toBeCloseTo(kwh * 1.5 * 100, 12)
    expect(record.carbon.embodied_g).toBeUndefined()
    expect(record.carbon.total_g).toEqual(record.carbon.operational_g)
  })

  it('adds embodied carbon as its own line', () => {
    const { carbon } = buildRecord(scriptedRun({ embodied: true }), steady)
    expect(carbon.embodied_g!.value).toBeGreaterThan(0)
    expect(carbon.total_g!.value).toBeCloseTo(carbon.operational_g!.value + carbon.embodied_g!.value, 12)
  })

  it('says unknown, and why, where no sensor gave a reading', () => {
    const record = buildRecord(scriptedRun(), [tickAt(0, [null]), tickAt(1, [null])])
    expect(record.energy).toMatchObject({ reason: 'no sensor gave a reading and no model could be applied' })
    expect(record.energy.total_kwh).toBeUndefined()
    expect(record.energy.components.cpu).toEqual({ reason: 'no cpu sensor was found' })
    expect(record.carbon).toEqual({ reason: 'the energy of this run is unknown' })
    expect(record.outside_epochs.energy_kwh).toBeUndefined()
  })

  it('keeps an epoch the run ended in, marked as incomplete', () => {
    const [begin] = windowAt(1, 8, 9, [[800e6], [0]])
    const record = buildRecord(scriptedRun(), [
      ...steady,
      begin!,
      { type: 'stop', t: 10e9, status: 'killed' },
    ])
    expect(record.epochs).toMatchObject([{ index: 1, complete: false, ended_s: 10 }])
    expect(joules(record.epochs[0]?.energy_kwh?.value)).toBeCloseTo(200)
    expect(record.warnings.map(({ code }) => code)).toContain('WINDOW_OPEN')
  })

  it('keeps the extremes when a long run is drawn with few points', () => {
    const day = Array.from({ length: 86_401 }, (_, s) => tickAt(s, [s * 50e6 + (s > 40_000 ? 200e6 : 0)]))
    const { power, energy } = buildRecord(
      scriptedRun({ sensors: [packageCounter({ wrapRaw: undefined })] }),
      day,
    )
    expect(power.t_s.length).toBeLessThanOrEqual(600)
    expect(Math.max(...power.max_w)).toBeCloseTo(250)
    expect(Math.min(...power.min_w)).toBeCloseTo(50)
    expect(joules(energy.total_kwh?.value)).toBeCloseTo(86_400 * 50 + 200, 3)
  })

  it('is the same for the same journal, survives JSON and passes its own schema', () => {
    const epoch = windowAt(1, 1, 4, [[100e6], [400e6]])
    const record = buildRecord(scriptedRun({ embodied: true }), [...steady, ...epoch])
    expect(buildRecord(scriptedRun({ embodied: true }), [...epoch, ...[...steady].reverse()])).toEqual(record)
    expect(parseRecord(JSON.parse(JSON.stringify(record)), 'test')).toEqual(record)
  })

  it('names the wrong place in a record that is none', () => {
    const record = buildRecord(scriptedRun(), steady)
    expect(() => parseRecord({ ...record, duration_s: -1 }, 'x/record.json')).toThrow(
      /x\/record\.json is not an epochwatt\.run\/1 record: duration_s: /,
    )
    expect(() => parseRecord([], 'x')).toThrow(expect.objectContaining({ code: 'RECORD_INVALID' }))
  })
})
