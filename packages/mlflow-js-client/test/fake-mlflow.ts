import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll } from 'vitest'
import { listArtifacts, readArtifact, storeArtifact } from '../src/embedded/artifacts.js'
import { embeddedFetch } from '../src/embedded/embedded-fetch.js'
import { type Location, locationOf } from '../src/embedded/location.js'
import { asServerParses, type Json, refusalOf } from './fake-quirks.js'
import type { TestServer } from './mlflow-server.js'

const service = '/api/2.0/mlflow-artifacts/artifacts'

const failure = (status: number, error_code: string, message: string) =>
  HttpResponse.json({ error_code, message }, { status })

/** Python reads a bare NaN, of which its parser of messages then makes nothing. */
const readBody = (body: string): Json => JSON.parse(body.replace(/:\s*NaN\b/g, ':{}')) as Json

const missing = (path: string) => failure(404, 'RESOURCE_DOES_NOT_EXIST', `No such artifact: '${path}'`)

/** The routes by which a server passes artifacts on. */
const proxiedArtifacts = (folder: string, origin: string) => {
  const pathOf = (request: Request): string =>
    decodeURIComponent(new URL(request.url).pathname.slice(service.length + 1))
  return [
    http.get(`${origin}${service}`, async ({ request }) => {
      const files = await listArtifacts(folder, new URL(request.url).searchParams.get('path') ?? '')
      return HttpResponse.json({ files: files.map(file => ({ ...file, path: basename(file.path) })) })
    }),
    http.put(`${origin}${service}/*`, async ({ request }) => {
      await storeArtifact(folder, pathOf(request), request.body)
      return HttpResponse.json({})
    }),
    http.get(`${origin}${service}/*`, ({ request }) =>
      readArtifact(folder, pathOf(request)).catch(() => missing(pathOf(request))),
    ),
    http.delete(`${origin}${service}/*`, ({ request }) => {
      rmSync(join(folder, pathOf(request)), { recursive: true })
      return HttpResponse.json({})
    }),
  ]
}

let count = 0

/**
 * MLflow as far as unit tests need it, with what it is known to do wrong (recorded from real servers): the database
 * of this package behind HTTP. The suites that run on it run on real servers too, which keeps it honest.
 */
export const fakeMlflow = (): TestServer => {
  count += 1
  const origin = `http://fake-${count}.mlflow.test`
  const folder = mkdtempSync(join(tmpdir(), 'mlflow-fake-'))
  const location: Location = {
    ...locationOf(`sqlite:///${join(folder, 'mlflow.db')}`),
    artifactLocation: experimentId => `mlflow-artifacts:/${experimentId}`,
  }
  const answer = embeddedFetch(location)
  const passOn = async (request: Request): Promise<Response> => {
    const { method, url, headers } = request
    const body = method === 'GET' ? undefined : await request.text()
    if (body === undefined) return answer(url, { method })
    if (!headers.get('content-type')?.startsWith('application/json')) {
      return failure(
        400,
        'INVALID_PARAMETER_VALUE',
        'Bad Request. Content-Type header must be application/json.',
      )
    }
    const route = new URL(url).pathname.replace(/^\/(ajax-)?api\/2\.0\/mlflow\//, '')
    const parsed = asServerParses(route, readBody(body))
    const refused = refusalOf(route, parsed)
    if (refused) return failure(400, 'INVALID_PARAMETER_VALUE', refused)
    return answer(url, { method, headers, body: JSON.stringify(parsed) })
  }
  const handlers = [
    http.get(`${origin}/version`, () => new HttpResponse('3.17.2')),
    ...proxiedArtifacts(join(folder, 'mlartifacts'), origin),
    http.post(`${origin}/ajax-api/2.0/mlflow/upload-artifact`, ({ request }) =>
      answer(request.url, { method: 'POST', body: request.body }),
    ),
    http.all(`${origin}/*`, async ({ request }) => {
      const response = await passOn(request)
      // The router answers for itself what it does not know.
      return response.status === 404 && (await response.clone().text()).includes('ENDPOINT_NOT_FOUND')
        ? new HttpResponse('<!doctype html>\n<title>404 Not Found</title>', {
            status: 404,
            headers: { 'content-type': 'text/html; charset=utf-8' },
          })
        : response
    }),
  ]
  const server = setupServer(...handlers)
  server.listen({ onUnhandledRequest: 'bypass' })
  afterAll(() => {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    url: origin,
    python: () => Promise.reject(new Error('Python cannot reach the fake.')),
  }
}
