import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

/** What is served: texts by their path, folders of the disk by the beginning of it. */
export interface ServedFiles {
  readonly texts?: Readonly<Record<string, string>>
  readonly folders?: Readonly<Record<string, string>>
}

export interface PageServer {
  readonly url: string
  /** Paths that were asked for and are not there. */
  readonly missing: readonly string[]
  close(): Promise<void>
}

const contentOf = (path: string, { texts = {}, folders = {} }: ServedFiles): string | Buffer | undefined => {
  const text = texts[path]
  if (text !== undefined) return text
  for (const [prefix, folder] of Object.entries(folders)) {
    if (!path.startsWith(prefix)) continue
    try {
      return readFileSync(join(folder, normalize(path.slice(prefix.length))))
    } catch {
      // Another folder may have it.
    }
  }
  return undefined
}

/** Serves files on a free loopback port, with the headers that let a page measure time finely and share memory. */
export const servePages = async (files: ServedFiles): Promise<PageServer> => {
  const missing: string[] = []
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname
    const content = contentOf(path, files)
    if (content === undefined && path !== '/favicon.ico') missing.push(path)
    response.writeHead(content === undefined ? 404 : 200, {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    })
    response.end(content)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    missing,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
