import createClient, { type Client } from 'openapi-fetch'
import type { MlflowError } from '../errors/mlflow-error.js'
import type { paths } from '../openapi/schema.gen.js'
import { readJson, type Transport } from './transport.js'

/** Every JSON route of the OpenAPI document, typed: `api.POST('/api/2.0/mlflow/runs/create', { body })`. */
export type Api = Client<paths, 'application/json'>

export interface RetryHooks {
  readonly shouldRetry?: (error: MlflowError) => boolean
  readonly beforeRetry?: () => Promise<void>
}

/** A `fetch` for openapi-fetch that rejects with an MlflowError unless the reply is a success and is JSON. */
export const apiFetch =
  (transport: Transport, hooks: RetryHooks = {}) =>
  async (request: Request): Promise<Response> => {
    const body = await request.text()
    const json = await transport.request(
      {
        method: request.method,
        url: request.url,
        headers: Object.fromEntries(request.headers),
        signal: request.signal,
        ...(body === '' ? {} : { body: () => body }),
        ...hooks,
      },
      readJson,
    )
    return new Response(json, { headers: { 'content-type': 'application/json' } })
  }

export const createApi = (transport: Transport, trackingUri: string): Api =>
  createClient<paths, 'application/json'>({ baseUrl: trackingUri, fetch: apiFetch(transport) })

/** The body of a reply. `apiFetch` has turned every failure into a rejection. */
export const bodyOf = async <T>(reply: Promise<{ readonly data?: T }>): Promise<NonNullable<T>> =>
  ((await reply).data ?? {}) as NonNullable<T>
