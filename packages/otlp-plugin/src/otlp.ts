import { type ExportedRun, OptionError, type RunExporter } from '@epochwatt/core'
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import { metricData } from './metric-data.js'
import { openReceiver } from './receiver.js'

/** Where metrics go. Nothing is needed where the `OTEL_EXPORTER_OTLP_…` variables are set. */
export interface OtlpExporterOptions {
  /** Where metrics are posted to. Default: OTEL_EXPORTER_OTLP_METRICS_ENDPOINT, else …_ENDPOINT + `/v1/metrics`, else this machine's collector. */
  readonly url?: string
  /** Sent with each request, e.g. a token. Default: OTEL_EXPORTER_OTLP_HEADERS. */
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds for one request. Default: OTEL_EXPORTER_OTLP_TIMEOUT, else 10 000. */
  readonly timeoutMs?: number
  /** Further attributes of the resource, e.g. `{ 'deployment.environment.name': 'cluster' }`. */
  readonly resource?: Readonly<Record<string, string>>
}

const check = ({ url, timeoutMs }: OtlpExporterOptions): void => {
  if (url !== undefined && !/^https?:\/\//.test(String(url)))
    throw new OptionError('url', url, 'the http or https address of an OTLP receiver')
  if (timeoutMs !== undefined && !(timeoutMs > 0))
    throw new OptionError('timeoutMs', timeoutMs, 'a number of milliseconds above 0')
}

/** The address without what may be a secret in it: a name with its password, or a key after the question mark. */
const openAddress = (url: string): string => {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}

/** What all points of a run have in common. No name of the machine: that is the collector's to add. */
const resourceOf = (run: ExportedRun, further: Readonly<Record<string, string>>): Resource =>
  resourceFromAttributes({
    'service.name': run.project,
    'service.instance.id': run.id,
    'epochwatt.run.name': run.name,
    ...Object.fromEntries(Object.entries(run.tags).map(([name, text]) => [`epochwatt.tag.${name}`, text])),
    ...further,
  })

/**
 * Sends a run's energy and carbon to an OpenTelemetry collector, or whatever else takes OTLP over HTTP. Names are those of
 * OpenTelemetry where it has one (`hw.power`, `hw.energy`, `hw.host.energy`), else `epochwatt.…`.
 *
 * @throws OptionError for options that cannot be.
 * @example
 * startTracking({ exporters: [otlp({ url: 'http://collector:4318/v1/metrics' })] })
 */
export const otlp = (options: OtlpExporterOptions = {}): RunExporter => {
  check(options)
  const { url, headers, timeoutMs, resource: further = {} } = options
  const receiver = openReceiver({
    ...(url !== undefined && { url }),
    ...(headers && { headers: { ...headers } }),
    ...(timeoutMs !== undefined && { timeoutMillis: timeoutMs }),
  })
  let run: ExportedRun | undefined
  return {
    name: 'otlp',
    portable: { module: new URL('index.js', import.meta.url).href, options },
    origin: {
      package: '@epochwatt/otlp-plugin',
      destination: { ...(url !== undefined && { url: openAddress(url) }), resource: further },
    },
    start: async started => {
      run = started
    },
    export: async batch => {
      if (!run) return
      const metrics = metricData(run, batch)
      if (metrics.length === 0) return
      const scopeMetrics = [{ scope: { name: '@epochwatt/otlp-plugin' }, metrics }]
      const resource = resourceOf(run, further)
      await receiver.send({ resource, scopeMetrics })
    },
    refusals: () => receiver.refusals,
    forceFlush: () => receiver.forceFlush(),
    shutdown: () => receiver.shutdown(),
  }
}

/**
 * The same from plain options, for the thread and for the later process that deliver a run.
 *
 * @example
 * ```ts
 * const exporter = createExporter({ url: 'http://127.0.0.1:4318/v1/metrics' })
 * ```
 */
export const createExporter = (options: unknown): RunExporter => otlp(options as OtlpExporterOptions)
