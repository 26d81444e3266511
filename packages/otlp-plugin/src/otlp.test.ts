// Against a receiver that decodes with OpenTelemetry's own Python messages: what we send is what others read.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { JOULES_PER_KWH, type RunEvent, startTracking } from '@epochwatt/core'
import { testExporter } from '@epochwatt/core/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mlflowInstall } from '../../mlflow-js-client/test/mlflow-install.js'
import { otlp } from './otlp.js'

// MLflow brings OpenTelemetry's messages along.
const install = await mlflowInstall('current')
const reason = 'reason' in install ? install.reason : undefined
if (reason && process.env.CI) throw new Error(reason)

const DECODE = `
import json, sys
from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
read = lambda path: MessageToDict(ExportMetricsServiceRequest.FromString(open(path, 'rb').read()))
print(json.dumps([read(path) for path in sys.argv[1:]]))
`

const folder = mkdtempSync(join(tmpdir(), 'epochwatt-otlp-'))
const bodies: Buffer[] = []
const requests: { url: string | undefined; key: string | undefined }[] = []
/** Replies to give before the next ones are 200. */
const failures: number[] = []
let server: Server
let url = ''

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const status = failures.shift() ?? 200
      requests.push({ url: request.url, key: request.headers['x-key'] as string | undefined })
      if (status === 200) bodies.push(Buffer.concat(chunks))
      response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`
})
beforeEach(() => {
  bodies.length = 0
  requests.length = 0
  failures.length = 0
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Decoded {
  readonly resource: Record<string, unknown>
  readonly points: readonly {
    readonly name: string
    readonly unit: string
    readonly isTotal: boolean
    readonly atMs: number
    readonly value: number
    readonly attributes: Record<string, unknown>
  }[]
}

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string }
}
interface RawPoint {
  readonly timeUnixNano: string
  readonly asDouble: number
  readonly attributes?: readonly Attribute[]
}
interface RawMetric {
  readonly name: string
  readonly unit: string
  readonly gauge?: { readonly dataPoints: readonly RawPoint[] }
  readonly sum?: { readonly dataPoints: readonly RawPoint[]; readonly isMonotonic: boolean }
}
interface RawRequest {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeMetrics: readonly { readonly metrics: readonly RawMetric[] }[]
  }[]
}

const named = (attributes: readonly Attribute[] = []): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]))

const decoded = (): Decoded => {
  if ('reason' in install) throw new Error(install.reason)
  const files = bodies.map((body, index) => {
    const file = join(folder, String(index))
    writeFileSync(file, body)
    return file
  })
  const text = execFileSync(install.python, ['-c', DECODE, ...files], { encoding: 'utf8' })
  const sent = (JSON.parse(text) as RawRequest[]).flatMap(({ resourceMetrics }) => resourceMetrics)
  return {
    resource: named(sent[0]?.resource.attributes),
    points: sent
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
      .flatMap(({ name, unit, gauge, sum }) =>
        (gauge ?? sum)!.dataPoints.map(point => ({
          name,
          unit,
          isTotal: sum?.isMonotonic ?? false,
          atMs: Number(BigInt(point.timeUnixNano) / 1_000_000n),
          value: point.asDouble,
          attributes: named(point.attributes),
        })),
      ),
  }
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
    const { resource, points } = decoded()
    expect(requests[0]).toEqual({ url: '/v1/metrics', key: 'k' })
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
      isTotal: true,
      value: energy.total_kwh!.value * JOULES_PER_KWH,
      attributes: { 'epochwatt.tier': energy.total_kwh!.tier },
    })
    expect(last('epochwatt.run.carbon')).toMatchObject({
      unit: 'g{CO2e}',
      value: carbon.operational_g!.value,
    })
    expect(last('hw.energy', { 'hw.type': 'cpu' })).toMatchObject({
      unit: 'J',
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
    const shown = decoded().points.map(({ name, value, atMs, attributes }) => [
      name,
      attributes['hw.id'],
      value,
      atMs,
    ])
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
    await exporter.start?.({
      id: 'r',
      name: 'n',
      project: 'p',
      startedAt: new Date().toISOString(),
      params: {},
      tags: {},
    })
    failures.push(400)
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
    await expect(exporter.export([event])).rejects.toThrow()
    expect(bodies).toEqual([])
    await exporter.export([event])
    expect(bodies).toHaveLength(1)
    await exporter.shutdown()
  })

  describe('as every exporter', () => {
    const suite = testExporter({
      create: () => {
        bodies.length = 0
        return otlp({ url })
      },
      received: async () => {
        // Points of one series at one instant are one point. An event without figures leaves none, as it must.
        const { points } = decoded()
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
