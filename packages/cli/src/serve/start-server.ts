import type { IncomingMessage, ServerResponse } from 'node:http'
import { EpochwattError, type PageServer, type RunStore, servePages } from '@epochwatt/core'
import {
  compareRuns,
  PROMETHEUS_CONTENT_TYPE,
  printable,
  prometheusPage,
  renderHtmlComparison,
  renderHtmlReport,
  renderStorePage,
  runsInDetail,
  storeFamilies,
} from '@epochwatt/report'
import { cookieWith, tokenFor, tokenOf } from './access.js'
import { type EventStream, eventStream } from './events.js'
import { type StoreView, storeView } from './store-view.js'

export interface ServeOptions {
  readonly store: RunStore
  readonly host: string
  /** 0 takes one that is free. */
  readonly port: number
}

export interface StoreServer {
  /** With the token, where one is needed. */
  readonly url: string
  close(): Promise<void>
}

/** More runs than these are compared on the command line. */
const MOST_COMPARED = 500

const TYPES = {
  html: 'text/html; charset=utf-8',
  text: 'text/plain; charset=utf-8',
  json: 'application/json',
  metrics: PROMETHEUS_CONTENT_TYPE,
}

/** Nothing else on the web may frame what is here; the pages say themselves what may run in them. */
const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'content-security-policy': "frame-ancestors 'none'",
  'x-frame-options': 'DENY',
}

interface Answer {
  readonly status: number
  readonly type: keyof typeof TYPES
  readonly body: string
}

const said = (status: number, body: string): Answer => ({ status, type: 'text', body: `${body}\n` })

const comparison = (view: StoreView, url: URL): Answer => {
  const ids = [...new Set(url.searchParams.getAll('run'))]
  if (ids.length < 2) return said(400, 'Choose two runs or more to compare them.')
  if (ids.length > MOST_COMPARED)
    return said(
      400,
      `More than ${MOST_COMPARED} runs: \`epochwatt compare\` compares them on the command line.`,
    )
  const records = ids.flatMap(id => view.record(id) ?? [])
  if (records.length < ids.length) return said(404, 'One of these runs is not there.')
  const compared = compareRuns(records, { metric: url.searchParams.get('metric') ?? undefined })
  const drawn = new Set(runsInDetail(compared))
  const body = renderHtmlComparison(compared, {
    records: records.filter(({ id }) => drawn.has(id)),
    isServed: true,
  })
  return { status: 200, type: 'html', body }
}

const run = (view: StoreView, id: string, isJson: boolean): Answer => {
  const record = view.record(id)
  if (!record) return said(404, 'There is no such run.')
  return isJson
    ? { status: 200, type: 'json', body: JSON.stringify(record) }
    : { status: 200, type: 'html', body: renderHtmlReport(record, { isServed: true }) }
}

interface Served {
  readonly store: RunStore
  readonly view: StoreView
  readonly events: EventStream
  readonly token: string | undefined
  readonly metricsText: ReturnType<typeof prometheusPage>
}

/** For Prometheus, which brings a token as `Authorization: Bearer`. */
const metrics = ({ view, metricsText }: Served): Answer => ({
  status: 200,
  type: 'metrics',
  body: metricsText(
    storeFamilies(
      view.digests(),
      view.live().map(({ record }) => record),
    ),
  ),
})

const pageOf = (served: Served, url: URL): Answer => {
  const { view, store } = served
  if (url.pathname === '/')
    return {
      status: 200,
      type: 'html',
      body: renderStorePage({ digests: view.digests(), live: view.live(), store: store.dir }),
    }
  if (url.pathname === '/compare') return comparison(view, url)
  if (url.pathname === '/metrics') return metrics(served)
  const [, id, json] = /^\/runs\/([A-Za-z0-9_-]+)(\/record\.json)?$/.exec(url.pathname) ?? []
  return id === undefined ? said(404, 'There is nothing here.') : run(view, id, json !== undefined)
}

const answerOf = (served: Served, url: URL): Answer => {
  try {
    return pageOf(served, url)
  } catch (error) {
    return said(500, printable((error as Error).message))
  }
}

const respond = (request: IncomingMessage, response: ServerResponse, url: URL, served: Served): void => {
  const { events, token } = served
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
  if (token !== undefined && url.searchParams.has('token')) {
    // The token leaves the address, and with it the history and whatever is copied from there. Two slashes would lead
    // to another host.
    const location = url.pathname.replace(/^\/+/, '/')
    response.writeHead(303, { location, 'set-cookie': cookieWith(token) }).end()
  } else if (url.pathname === '/events' && request.method === 'GET') events.add(response)
  else {
    const { status, type, body } = answerOf(served, url)
    response.writeHead(status, { 'content-type': TYPES[type] }).end(body)
  }
}

const serveFailed = ({ host, port }: ServeOptions, cause: unknown): EpochwattError =>
  new EpochwattError(
    'SERVE_FAILED',
    `Nothing can be served at ${host}, port ${port} (${(cause as Error).message}); give another with --port or --host.`,
    { cause },
  )

/**
 * Serves a store's runs as pages: a list that is live, the report of each run, comparisons.
 *
 * @throws EpochwattError `SERVE_FAILED` where the address cannot be had.
 */
export const startServer = async (options: ServeOptions): Promise<StoreServer> => {
  const { store, host, port } = options
  const token = tokenFor(host)
  const view = storeView(store)
  const events = eventStream(view)
  const served = { store, view, events, token, metricsText: prometheusPage() }
  let server: PageServer
  try {
    server = await servePages({
      host,
      port,
      token,
      tokenOf,
      withoutToken: 'Open the address that `epochwatt serve` printed: it holds the token.',
      respond: (request, response, url) => respond(request, response, url, served),
    })
  } catch (cause) {
    throw serveFailed(options, cause)
  }
  return {
    url: `${server.origin}/${token === undefined ? '' : `?token=${encodeURIComponent(token)}`}`,
    close: () => {
      events.close()
      return server.close()
    },
  }
}
