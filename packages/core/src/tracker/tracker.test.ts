import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SAMPLES_FILE } from '../journal/files.js'
import { openStore } from '../store/run-store.js'
import { recordingExporter } from '../testing/recording-exporter.js'
import { startTracking } from './start-tracking.js'
import type { Tracker } from './tracker.js'

let dir: string
const trackers: Tracker[] = []
const start = (options: Parameters<typeof startTracking>[0] = {}): Tracker => {
  const tracker = startTracking({ dir, country: 'FR', ...options })
  trackers.push(tracker)
  return tracker
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'epochwatt-store-'))
})
afterEach(async () => {
  for (const tracker of trackers.splice(0)) await tracker.stop()
  rmSync(dir, { recursive: true, force: true })
})

const busyFor = (ms: number): void => {
  const end = performance.now() + ms
  while (performance.now() < end);
}

describe('startTracking', () => {
  it('records a loop of epochs whose parts are the run', async () => {
    const tracker = start({ project: 'digits', params: { lr: 0.1 }, tags: { team: 'vision' } })
    for (let index = 0; index < 3; index++) {
      const epoch = tracker.window('epoch', { index })
      busyFor(120)
      epoch.end()
      epoch.logMetrics({ loss: 1 / (index + 1), broken: Number.NaN })
    }
    tracker.logMetrics({ accuracy: 0.9 })
    const record = await tracker.stop()
    expect(record).toMatchObject({
      status: 'finished',
      project: 'digits',
      params: { lr: 0.1 },
      tags: { team: 'vision' },
      metrics: { accuracy: 0.9 },
      location: { country: 'FR', how: 'option' },
    })
    expect(record?.epochs.map(({ index, metrics, complete }) => ({ index, metrics, complete }))).toEqual([
      { index: 0, metrics: { loss: 1 }, complete: true },
      { index: 1, metrics: { loss: 1 / 2 }, complete: true },
      { index: 2, metrics: { loss: 1 / 3 }, complete: true },
    ])
    const parts = record!.epochs.reduce((sum, { energy_kwh }) => sum + energy_kwh!.value, 0)
    const total = record!.energy.total_kwh!.value
    expect(total).toBeGreaterThan(0)
    expect(parts + record!.outside_epochs.energy_kwh!.value).toBeCloseTo(total, 12)
    expect(openStore(dir).read(tracker.id)).toEqual(record)
    expect(openStore(dir).openRuns()).toEqual([])
  })

  it('gives live figures that the record confirms', async () => {
    const tracker = start()
    const epoch = tracker.window('epoch', { index: 0 })
    busyFor(300)
    epoch.end()
    const live = epoch.figures()
    const again = epoch.figures()
    const record = await tracker.stop()
    expect(again).toEqual(live)
    expect(live.durationSeconds).toBeGreaterThan(0.29)
    expect((live.staticKwh!.value + live.dynamicKwh!.value) / live.energyKwh!.value).toBeCloseTo(1, 9)
    expect(live.meanPowerWatts).toBeCloseTo((live.energyKwh!.value * 3.6e6) / live.durationSeconds, 9)
    const final = record!.epochs[0]!.energy_kwh!.value
    expect(Math.abs(live.energyKwh!.value - final)).toBeLessThan(final * 0.2)
  })

  it('takes edges known in hindsight, and no others', async () => {
    const tracker = start()
    const outer = tracker.window('outer')
    const began = performance.now()
    busyFor(200)
    const turned = performance.now()
    busyFor(100)
    tracker.window('first', {}, { startedAt: began }).end({ endedAt: turned })
    tracker.window('second', {}, { startedAt: turned }).end()
    outer.end()
    tracker.window('before the run', {}, { startedAt: -1e9 }).end()
    tracker.window('never', {}, { startedAt: Number.NaN }).end({ endedAt: performance.now() + 1e9 })
    const record = await tracker.stop()
    const named = (name: string) => record!.windows.find(window => window.name === name)
    const [whole, first, second] = ['outer', 'first', 'second'].map(named)
    const [early, never] = ['before the run', 'never'].map(named)
    expect(first!.ended_s).toBe(second!.started_s)
    expect(first!.ended_s - first!.started_s).toBeCloseTo((turned - began) / 1000, 6)
    expect(first!.started_s).toBeGreaterThanOrEqual(whole!.started_s)
    expect(first!.started_s - whole!.started_s).toBeLessThan(0.05)
    const parts = first!.energy_kwh!.value + second!.energy_kwh!.value
    expect(parts).toBeLessThanOrEqual(whole!.energy_kwh!.value * (1 + 1e-9))
    expect(parts / whole!.energy_kwh!.value).toBeGreaterThan(0.8)
    expect(early!.started_s).toBe(0)
    expect(never!.ended_s).toBeLessThanOrEqual(record!.duration_s)
  })

  it('takes every reading while the main thread is blocked', async () => {
    const tracker = start({ samplingIntervalMs: 50 })
    await vi.waitFor(
      () => expect(statSync(join(tracker.directory, SAMPLES_FILE)).size).toBeGreaterThan(0),
      5000,
    )
    const before = readFileSync(join(tracker.directory, SAMPLES_FILE), 'utf8').split('\n').length
    busyFor(1000)
    const after = readFileSync(join(tracker.directory, SAMPLES_FILE), 'utf8').split('\n').length
    expect(after - before).toBeGreaterThanOrEqual(15)
  })

  it('keeps the files to their owner', async () => {
    const tracker = start()
    await tracker.stop()
    expect(statSync(tracker.directory).mode & 0o777).toBe(0o700)
    expect(statSync(join(tracker.directory, 'record.json')).mode & 0o777).toBe(0o600)
  })

  it('stops once, whoever asks, and ignores what comes later', async () => {
    const tracker = start()
    const window = tracker.window('later')
    const [first, second] = await Promise.all([tracker.stop(), tracker.stop({ status: 'failed' })])
    expect(first).toBe(second)
    window.end()
    window.logMetrics({ loss: 1 })
    tracker.warn('LATE', 'too late')
    tracker.window('after').end()
    expect(tracker.isStopped).toBe(true)
    expect(openStore(dir).read('latest')).toEqual(first)
    expect(first?.warnings.map(({ code }) => code)).toContain('WINDOW_OPEN')
  })

  it('never throws at a caller who passes what no journal can hold', async () => {
    const tracker = start()
    const circular: Record<string, unknown> = {}
    circular.self = circular
    const odd = { big: 1n, circular, none: Number.NaN, fine: 'yes' } as unknown as Record<string, string>
    const window = tracker.window(undefined as unknown as string, odd)
    window.logMetrics(undefined as unknown as Record<string, number>)
    window.end()
    tracker.setParams(odd)
    tracker.logMetrics({ loss: 1n as unknown as number })
    tracker.warn(7 as unknown as string, Symbol('x') as unknown as string)
    const record = await tracker.stop()
    expect(record?.windows).toMatchObject([{ name: 'undefined', attributes: { fine: 'yes' } }])
    expect(record?.params).toEqual({ fine: 'yes' })
    expect(record?.metrics).toEqual({})
  })

  it('says why a run failed', async () => {
    const record = await start().stop({ status: 'failed', reason: 'the loss became NaN' })
    expect(record).toMatchObject({ status: 'failed', status_reason: 'the loss became NaN' })
  })

  it('warns loudly when the place is unknown', async () => {
    const tracker = startTracking({ dir })
    const record = await tracker.stop()
    expect(record?.grid).toMatchObject({ fallback: true })
    expect(record?.warnings.map(({ code }) => code)).toContain('GRID_FALLBACK')
  })

  it('hands windows and the record to exporters, in order, and the run survives a broken one', async () => {
    const good = recordingExporter()
    const broken = { ...recordingExporter('broken'), export: () => Promise.reject(new Error('down')) }
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const tracker = start({ exporters: [broken, good] })
    const epoch = tracker.window('epoch', { index: 0 })
    epoch.end()
    epoch.logMetrics({ loss: 0.5 })
    await new Promise(resolve => setTimeout(resolve, 20))
    const record = await tracker.stop()
    expect(good.runs).toHaveLength(1)
    expect(good.events.map(({ type, seq }) => [type, seq])).toEqual([
      ['window', 1],
      ['power', 2],
      ['record', 3],
    ])
    expect(good.events[0]).toMatchObject({ name: 'epoch', attributes: { index: 0 }, metrics: { loss: 0.5 } })
    expect(record?.status).toBe('finished')
    expect(warned.mock.calls.map(String).join()).toContain('exporter broken did not deliver 3 event(s): down')
    warned.mockRestore()
  })

  it('does nothing at all when disabled', async () => {
    const tracker = start({ disabled: true })
    tracker.window('epoch', { index: 0 }).end()
    expect(await tracker.stop()).toBeUndefined()
    expect(openStore(dir).list().records).toEqual([])
  })

  it.each([
    [{ country: 'Atlantis' }, /Option "country" is "Atlantis"; accepted: the ISO 3166-1 code/],
    [{ pue: -1 }, /Option "pue" is -1; accepted: a ratio from 1 to 5\./],
    [{ psys: true }, /Option "psys" is true; accepted: true only where/],
    [{ dir: '/proc/nowhere' }, /Option "dir" is "\/proc\/nowhere", where nothing can be written/],
  ])('refuses %o before anything starts', (options, message) => {
    expect(() => startTracking({ dir, ...options })).toThrow(message)
    expect(openStore(dir).openRuns()).toEqual([])
  })
})
