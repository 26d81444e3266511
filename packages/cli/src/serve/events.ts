import type { ServerResponse } from 'node:http'
import { renderLiveRuns, renderStoreRows } from '@epochwatt/report'
import type { StoreView } from './store-view.js'

/** As often as a sampler writes by default. */
const EVERY_MS = 1000

/** A browser that hears nothing for long thinks the connection dead. */
const SIGN_OF_LIFE_MS = 15_000

/** A page that is kept open and never read; a list of many runs is some megabytes. */
const MOST_UNREAD_BYTES = 16 * 1024 * 1024

const send = (response: ServerResponse, event: string, markup: string): void => {
  if (response.writableLength > MOST_UNREAD_BYTES) response.destroy()
  else response.write(`event: ${event}\ndata: ${JSON.stringify({ markup })}\n\n`)
}

export interface EventStream {
  add(response: ServerResponse): void
  close(): void
}

/** Tells every page that listens what changed; while none does, nothing is read. */
export const eventStream = (view: StoreView): EventStream => {
  const listeners = new Set<ServerResponse>()
  let timer: NodeJS.Timeout | undefined
  let live = ''
  let revision = ''
  let quietSince = 0

  const tell = (event: string, markup: string): void => {
    for (const response of listeners) send(response, event, markup)
    quietSince = performance.now()
  }

  const look = (): void => {
    const markup = renderLiveRuns(view.live())
    if (markup !== live) tell('live', markup)
    live = markup
    const now = view.revision()
    if (now !== revision) tell('runs', renderStoreRows(view.digests()))
    revision = now
    if (performance.now() - quietSince > SIGN_OF_LIFE_MS) {
      for (const response of listeners) response.write(': still here\n\n')
      quietSince = performance.now()
    }
  }

  /** A store that cannot be read at this moment is looked at again in the next. */
  const tryToLook = (): void => {
    try {
      look()
    } catch {}
  }

  const leave = (response: ServerResponse): void => {
    listeners.delete(response)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  return {
    add: response => {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
      listeners.add(response)
      response.once('close', () => leave(response))
      // What changed between the page and its first question.
      send(response, 'live', renderLiveRuns(view.live()))
      send(response, 'runs', renderStoreRows(view.digests()))
      if (timer === undefined) {
        live = ''
        revision = view.revision()
        timer = setInterval(tryToLook, EVERY_MS)
      }
    },
    close: () => {
      clearInterval(timer)
      for (const response of listeners) response.end()
    },
  }
}
