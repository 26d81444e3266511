import { MlflowError } from '../errors/mlflow-error.js'
import { type Api, bodyOf } from '../http/api.js'
import type { Transport } from '../http/transport.js'
import type { components } from '../openapi/schema.gen.js'

/** What a server says that it can do. */
export type ServerInfo = components['schemas']['ServerInfo']

/** The tracking server itself. */
export interface Server {
  /** Whether the server answers. */
  isHealthy(): Promise<boolean>
  /** Such as `3.17.2`. */
  version(): Promise<string>
  /** What the server can do; `undefined` before 3.10. */
  info(): Promise<ServerInfo | undefined>
}

export const createServer = (api: Api, transport: Transport, trackingUri: string): Server => ({
  isHealthy: async () => {
    try {
      const probe = { method: 'GET', url: `${trackingUri}/health`, shouldRetry: () => false }
      return (await transport.request(probe, response => response.text())) === 'OK'
    } catch (error) {
      if (error instanceof MlflowError) return false
      throw error
    }
  },
  version: () =>
    transport.request({ method: 'GET', url: `${trackingUri}/version` }, async response =>
      (await response.text()).trim(),
    ),
  info: async () => {
    try {
      return await bodyOf(api.GET('/api/3.0/mlflow/server-info'))
    } catch (error) {
      if (error instanceof MlflowError && error.status === 404) return undefined
      throw error
    }
  },
})
