// A receiver that decodes with OpenTelemetry's own Python messages: what we send is what others read.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const DECODE = `
import json, sys
from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
read = lambda path: MessageToDict(ExportMetricsServiceRequest.FromString(open(path, 'rb').read()))
print(json.dumps([read(path.rstrip('\\n')) for path in sys.stdin]))
`

export interface CollectedPoint {
  readonly name: string
  readonly unit: string
  readonly sum: 'growing' | 'corrected' | undefined
  readonly atMs: number
  readonly value: number
  readonly attributes: Record<string, unknown>
}

export interface Collected {
  readonly resource: Record<string, unknown>
  /** As often as they came. */
  readonly points: readonly CollectedPoint[]
}

export interface Collector {
  readonly url: string
  readonly bodies: Buffer[]
  readonly requests: { url: string | undefined; key: string | undefined }[]
  /** Replies to give before the next ones are 200. */
  readonly replies: { status: number; body?: string | Uint8Array }[]
  clear(): void
  collected(): Collected
  close(): Promise<void>
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

const decode = (python: string, folder: string, bodies: readonly Buffer[]): Collected => {
  const files = bodies.map((body, index) => {
    const file = join(folder, String(index))
    writeFileSync(file, body)
    return file
  })
  const text = execFileSync(python, ['-c', DECODE], {
    input: files.join('\n'),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  const sent = (JSON.parse(text) as RawRequest[]).flatMap(({ resourceMetrics }) => resourceMetrics)
  return {
    resource: named(sent[0]?.resource.attributes),
    points: sent
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
      .flatMap(({ name, unit, gauge, sum }) =>
        (gauge ?? sum)!.dataPoints.map(point => ({
          name,
          unit,
          sum: sum && (sum.isMonotonic ? ('growing' as const) : ('corrected' as const)),
          atMs: Number(BigInt(point.timeUnixNano) / 1_000_000n),
          value: point.asDouble,
          attributes: named(point.attributes),
        })),
      ),
  }
}

/** @param python A Python that has OpenTelemetry's messages; MLflow brings them along. */
export const startCollector = async (python: string): Promise<Collector> => {
  const folder = mkdtempSync(join(tmpdir(), 'epochwatt-collector-'))
  const bodies: Buffer[] = []
  const requests: Collector['requests'] = []
  const replies: Collector['replies'] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { status, body } = replies.shift() ?? { status: 200, body: '' }
      requests.push({ url: request.url, key: request.headers['x-key'] as string | undefined })
      if (status === 200) bodies.push(Buffer.concat(chunks))
      response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end(body ?? '')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`,
    bodies,
    requests,
    replies,
    clear: () => {
      for (const list of [bodies, requests, replies]) list.length = 0
    },
    collected: () => decode(python, folder, bodies),
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
