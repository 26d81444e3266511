import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ExportedRun, JOULES_PER_KWH, type RunEvent, startTracking } from '@epochwatt/core'
import { testExporter } from '@epochwatt/core/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mlflowInstall } from '../../mlflow-js-client/test/mlflow-install.js'
import { otlp } from './otlp.js'
import { type Collector, startCollector } from './testing/collector.js'

// MLflow brings OpenTelemetry's messages along.
const install = await mlflowInstall('current')
const reason = 'reason' in install ? install.reason : undefined
if (reason && process.env.CI) throw new Error(reason)

const folder = mkdtempSync(join(tmpdir(), 'epochwatt-otlp-'))
let collector: Collector
let url = ''

beforeAll(async () => {
  collector = await startCollector('reason' in install ? 'python3' : install.python)
  url = collector.url
})
beforeEach(() => collector.clear())
afterAll(async () => {
  await collector.close()
  rmSync(folder, { recursive: true, force: true })
})

const run: ExportedRun = {
  id: 'r',
  name: 'n',
  project: 'p',
  startedAt: new Date().toISOString(),
  params: {},
  tags: {},
}
const event: RunEvent = {
  type: 'power',
  scope: 'process',
  seq: 1,
  timeMs: 1,
  index: 0,
  durationSeconds: 1,
  powerWatts: { total: 1 },
  gpuPowerWatts: [],
  totals: {},
}

describe.skipIf(reason)(`the OTLP exporter${reason ? ` (${reason})` : ''}`, () => {
  it('sends what a run took, under OpenTelemetry’s names and units', async () => {
    const tracker = startTracking({
      dir: join(folder, 'store'),
      country: 'FR',
      project: 'vision',
      tags: { team: 'a' },
      exporters: [otlp({ url, headers: { 'x-key': 'k' }, resource: { 'host.name': 'by the user' } })],
    })
    const epoch = tracker.window('epoch', { index: 0 })
    await new Promise(resolve => setTimeout(resolve, 60))
    epoch.end()
    const { id, energy, carbon } = (await tracker.stop())!
    const { resource, points } = collector.collected()
    expect(collector.requests[0]).toEqual({ url: '/v1/metrics', key: 'k' })
    expect(resource).toMatchObject({
      'service.name': 'vision',
      'service.instance.id': id,
      'epochwatt.tag.team': 'a',
      'host.name': 'by the user',
    })
    const last = (name: string, wanted: Record<string, string> = {}) =>
      points.findLast(
        point =>
          point.name === name &&
          !point.attributes['epochwatt.bound'] &&
          Object.entries(wanted).every(([key, value]) => point.attributes[key] === value),
      )
    expect(last('epochwatt.run.energy')).toMatchObject({
      unit: 'J',
      // Corrected downwards, a sum that only grows would be taken for one that began anew.
      sum: 'corrected',
      value: energy.total_kwh!.value * JOULES_PER_KWH,
      attributes: { 'epochwatt.tier': energy.total_kwh!.tier },
    })
    expect(last('epochwatt.run.carbon')).toMatchObject({
      unit: 'g{CO2e}',
      value: carbon.operational_g!.value,
    })
    expect(last('hw.energy', { 'hw.type': 'cpu' })).toMatchObject({
      unit: 'J',
      sum: 'growing',
      value: energy.components.cpu.kwh!.value * JOULES_PER_KWH,
    })
    expect(last('hw.host.energy')?.value).toBeGreaterThan(0)
    expect(last('epochwatt.epoch.energy')?.value).toBeGreaterThan(0)
    // Nobody measured a GPU here: no point, rather than a 0.
    expect(last('hw.energy', { 'hw.type': 'gpu' })).toBeUndefined()
    const bounds = points.filter(point => point.attributes['epochwatt.bound'] === 'high')
    expect(bounds.length).toBeGreaterThan(0)
  })

  it('sends power at the instants of its readings, boards apart and never together with their sum', async () => {
    const exporter = otlp({ url })
    await exporter.start?.({
      id: 'r',
      name: 'n',
      project: 'p',
      startedAt: new Date(1e12).toISOString(),
      params: {},
      tags: {},
    })
    const power: RunEvent = {
      type: 'power',
      scope: 'process',
      seq: 1,
      timeMs: 1e12 + 5123,
      index: 0,
      durationSeconds: 5,
      powerWatts: { total: 310, cpu: 40, gpu: 270 },
      gpuPowerWatts: [150, 120],
      totals: {},
    }
    await exporter.export([power])
    const shown = collector
      .collected()
      .points.map(({ name, value, atMs, attributes }) => [name, attributes['hw.id'], value, atMs])
    expect(shown).toEqual([
      ['epochwatt.run.power', undefined, 310, 1e12 + 5123],
      ['hw.power', 'cpu', 40, 1e12 + 5123],
      ['hw.power', 'gpu0', 150, 1e12 + 5123],
      ['hw.power', 'gpu1', 120, 1e12 + 5123],
    ])
    await exporter.shutdown()
  })

  it('tells of a receiver that refuses, so that the events are sent again', async () => {
    const exporter = otlp({ url, timeoutMs: 2000 })
    await exporter.start?.(run)
    collector.replies.push({ status: 400 })
    await expect(exporter.export([event])).rejects.toThrow()
    expect(collector.bodies).toEqual([])
    await exporter.export([event])
    expect(collector.bodies).toHaveLength(1)
    await exporter.shutdown()
  })

  it.each([
    ['a page', '<!doctype html><title>Sign in</title>'],
    ['no message at all', 'ok, or so it seems'],
  ])('takes %s for no answer, and sends again', async (_, body) => {
    const exporter = otlp({ url })
    await exporter.start?.(run)
    collector.replies.push({ status: 200, body })
    await expect(exporter.export([event])).rejects.toThrow('the answer is none of an OTLP receiver')
    collector.replies.push({ status: 200, body: '{}' })
    await exporter.export([event])
    expect(exporter.refusals?.()).toEqual([])
    await exporter.shutdown()
  })

  it('counts points that the receiver refused', async () => {
    const exporter = otlp({ url })
    await exporter.start?.(run)
    // ExportMetricsServiceResponse.partial_success: 2 data points, "too old".
    const body = Buffer.from([0x0a, 0x0b, 0x08, 2, 0x12, 7, ...Buffer.from('too old')])
    collector.replies.push({ status: 200, body })
    await exporter.export([event])
    expect(exporter.refusals?.()).toEqual([{ item: '2 data points', reason: 'too old' }])
    await exporter.shutdown()
  })

  describe('as every exporter', () => {
    const suite = testExporter({
      create: () => {
        collector.clear()
        return otlp({ url })
      },
      received: async () => {
        // Points of one series at one instant are one point. An event without figures leaves none, as it must.
        const { points } = collector.collected()
        const has = (name: string) => points.some(point => point.name === name)
        return [...(has('epochwatt.epoch.energy') ? [1] : []), 2, ...(has('hw.host.energy') ? [3] : [])]
      },
    })
    for (const [rule, check] of suite) it(rule, check)
  })
})

describe('the OTLP exporter, before anything is sent', () => {
  it('refuses options that cannot be', () => {
    expect(() => otlp({ url: 'collector:4317' })).toThrow(
      'Option "url" is "collector:4317"; accepted: the http or https address of an OTLP receiver.',
    )
    expect(() => otlp({ timeoutMs: 0 })).toThrow('Option "timeoutMs" is 0')
  })

  it('notes where metrics go without the secrets in the address', () => {
    const { origin } = otlp({
      url: 'https://me:secret@collector/v1/metrics?key=secret',
      headers: { key: 'secret' },
    })
    expect(origin?.destination).toEqual({ url: 'https://collector/v1/metrics', resource: {} })
  })
})
