import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EpochwattError, type RunStore } from '@epochwatt/core'
import {
  compareRuns,
  PROMETHEUS_CONTENT_TYPE,
  printable,
  renderHtmlComparison,
  renderHtmlReport,
  renderPrometheus,
  renderStorePage,
  runsInDetail,
  storeFamilies,
} from '@epochwatt/report'
import { type Access, accessOf } from './access.js'
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

/** Nothing else on the web may read, frame or keep what is here; the pages say themselves what may run in them. */
const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
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

/** For Prometheus, which brings a token as `Authorization: Bearer`. */
const metrics = (view: StoreView): Answer => ({
  status: 200,
  type: 'metrics',
  body: renderPrometheus(
    storeFamilies(
      view.digests(),
      view.live().map(({ record }) => record),
    ),
  ),
})

const answer = (view: StoreView, store: RunStore, url: URL): Answer => {
  if (url.pathname === '/')
    return {
      status: 200,
      type: 'html',
      body: renderStorePage({ digests: view.digests(), live: view.live(), store: store.dir }),
    }
  if (url.pathname === '/compare') return comparison(view, url)
  if (url.pathname === '/metrics') return metrics(view)
  const [, id, json] = /^\/runs\/([A-Za-z0-9_-]+)(\/record\.json)?$/.exec(url.pathname) ?? []
  return id === undefined ? said(404, 'There is nothing here.') : run(view, id, json !== undefined)
}

const refusal = {
  'wrong-host': 'This server answers to names of this machine only.',
  'no-token': 'Open the address that `epochwatt serve` printed: it holds the token.',
}

const respond = (
  request: IncomingMessage,
  response: ServerResponse,
  parts: { access: Access; events: EventStream; view: StoreView; store: RunStore },
): void => {
  const { access, events, view, store } = parts
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
  const finish = ({ status, type, body }: Answer): void => {
    response.writeHead(status, { 'content-type': TYPES[type] })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
  const url = new URL(request.url ?? '/', 'http://localhost')
  const verdict = access.check(request, url)
  if (verdict !== 'yes') {
    finish(said(verdict === 'wrong-host' ? 421 : 401, refusal[verdict]))
    return
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    finish(said(405, 'There is nothing here but pages to read.'))
    return
  }
  if (url.searchParams.has('token') && access.cookie !== undefined) {
    // The token leaves the address, and with it the history and whatever is copied from there.
    response.writeHead(303, { location: url.pathname, 'set-cookie': access.cookie })
    response.end()
    return
  }
  if (url.pathname === '/events') events.add(response)
  else finish(answer(view, store, url))
}

/**
 * Serves a store's runs as pages: a list that is live, the report of each run, comparisons.
 *
 * @throws EpochwattError `SERVE_FAILED` where the address cannot be had.
 */
export const startServer = async ({ store, host, port }: ServeOptions): Promise<StoreServer> => {
  const access = accessOf(host)
  const view = storeView(store)
  const events = eventStream(view)
  const server = createServer((request, response) => {
    try {
      respond(request, response, { access, events, view, store })
    } catch (error) {
      if (!response.headersSent) response.writeHead(500, { 'content-type': TYPES.text })
      response.end(`${printable((error as Error).message)}\n`)
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause =>
      reject(
        new EpochwattError(
          'SERVE_FAILED',
          `Nothing can be served at ${host}, port ${port} (${cause.message}); give another with --port or --host.`,
          { cause },
        ),
      ),
    )
    server.listen(port, host.replace(/^\[|\]$/g, ''), resolve)
  })
  const { port: used } = server.address() as AddressInfo
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  return {
    url: `http://${name}:${used}/${access.token === undefined ? '' : `?token=${access.token}`}`,
    close: () =>
      new Promise(resolve => {
        events.close()
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
