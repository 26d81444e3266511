import { JOULES_PER_KWH, servePages, type Tracker } from '@epochwatt/core'
import { checkServeOptions } from './serve-options.js'

/** Where metrics are served. */
export interface ServeMetricsOptions {
  /** Default 9464, OpenTelemetry's for Prometheus; 0 takes a free one. */
  readonly port?: number
  /** Address to listen on. Default 127.0.0.1; another one needs a `token`. */
  readonly host?: string
  /** Asked of every request, as `Authorization: Bearer TOKEN`. At least 16 characters. */
  readonly token?: string
}

/** A page of metrics that is being served. */
export interface MetricsServer {
  /** For `x_stats_open_metrics_endpoints` of W&B's settings, or for a Prometheus. */
  readonly url: string
  /** Variables for a Python process whose W&B run shall chart the figures, without a change to its code. */
  readonly env: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** Under this name W&B's charts begin: `openmetrics.epochwatt.…`. */
const ENDPOINT = 'epochwatt'
const DEFAULT_PORT = 9464
/** Two readings closer than this say little about power. */
const SHORTEST_STRETCH_SECONDS = 0.5

/** Mean power between readings of the page. */
const powerMeter = () => {
  let before: { readonly joules: number; readonly seconds: number } | undefined
  let watts: number | undefined
  return (energyKwh: number | undefined, seconds: number): number | undefined => {
    if (energyKwh === undefined) return undefined
    const now = { joules: energyKwh * JOULES_PER_KWH, seconds }
    before ??= { joules: 0, seconds: 0 }
    if (now.seconds - before.seconds < SHORTEST_STRETCH_SECONDS) return watts
    // A total may be corrected downwards when better evidence comes in.
    watts = Math.max(0, (now.joules - before.joules) / (now.seconds - before.seconds))
    before = now
    return watts
  }
}

/**
 * Serves energy and carbon of a tracked run so far as Prometheus text, for the monitor of a W&B run in another process
 * and language (its setting `x_stats_open_metrics_endpoints`), or for a Prometheus. Loopback only unless told otherwise;
 * requests under another host name are refused, so that no web page can read it. Does not keep the process alive.
 *
 * @throws OptionError for a wrong option; the error of the system if the port cannot be had.
 * @example
 * import { spawn } from 'node:child_process'
 *
 * const tracker = startTracking({ scope: 'machine' })
 * const metrics = await serveMetrics(tracker, { port: 0 })
 * spawn('python', ['train.py'], { env: { ...process.env, ...metrics.env } })
 */
export const serveMetrics = async (
  tracker: Tracker,
  options: ServeMetricsOptions = {},
): Promise<MetricsServer> => {
  checkServeOptions(options)
  const { port = DEFAULT_PORT, host = '127.0.0.1', token } = options
  const powerOf = powerMeter()
  // The exporter, which shares this package's entrance, has no use for it.
  const { PROMETHEUS_CONTENT_TYPE, prometheusPage, runFamilies } = await import('@epochwatt/report')
  const textOf = prometheusPage()

  const page = (): string => {
    const figures = tracker.figures()
    const watts = powerOf(figures.energyKwh?.value, figures.durationSeconds)
    return textOf(runFamilies(tracker, figures, watts))
  }
  const { origin, close } = await servePages({
    host,
    port,
    token,
    unref: true,
    respond: (_request, response, { pathname }) => {
      const isPage = pathname === '/metrics'
      const body = isPage ? page() : 'There is /metrics only.\n'
      response.writeHead(isPage ? 200 : 404, { 'content-type': PROMETHEUS_CONTENT_TYPE }).end(body)
    },
  })
  const url = `${origin}/metrics`
  return {
    url,
    env: {
      WANDB_X_STATS_OPEN_METRICS_ENDPOINTS: JSON.stringify({ [ENDPOINT]: url }),
      ...(token !== undefined && {
        WANDB_X_STATS_OPEN_METRICS_HTTP_HEADERS: JSON.stringify({ Authorization: `Bearer ${token}` }),
      }),
    },
    close,
  }
}
