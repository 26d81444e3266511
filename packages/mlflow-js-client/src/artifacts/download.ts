import { MlflowError } from '../errors/mlflow-error.js'
import { type Api, bodyOf, createApi } from '../http/api.js'
import type { HttpRequest, Read, Transport } from '../http/transport.js'
import type { ArtifactOwner } from './owner.js'
import { encodePath, joinPath } from './path.js'
import { type ArtifactRoot, proxiedFileUrl } from './root.js'

/** How an artifact is fetched. */
export interface DownloadOptions {
  /**
   * `server` passes the bytes through the tracking server. `store` asks it for a presigned URL of the store behind
   * it, which spares it the traffic, and falls back to `server` where there is none. Default `server`.
   */
  readonly from?: 'server' | 'store'
  readonly signal?: AbortSignal | undefined
}

export interface Downloader {
  download<T>(
    owner: ArtifactOwner,
    root: ArtifactRoot,
    path: string,
    options: DownloadOptions,
    read: Read<T>,
  ): Promise<T>
}

/** The body in pieces; each is a sign of life, so that a long download is not taken for a hanging one. */
export async function* chunksOf(response: Response, signOfLife: () => void): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader()
  if (!reader) return
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      signOfLife()
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

/** Servers of the 2.x line answer 500 for a file that is not there. */
const asMissing = (error: unknown, path: string): unknown =>
  error instanceof MlflowError && error.status === 500 && error.message.includes('No such file')
    ? new MlflowError('RESOURCE_DOES_NOT_EXIST', `There is no artifact "${path}".`, {
        status: 404,
        requestId: error.requestId,
        cause: error,
      })
    : error

const mayRetry = (error: MlflowError): boolean => !error.message.includes('No such file')

export const createDownloader = (api: Api, transport: Transport, trackingUri: string): Downloader => {
  const urlOf = (owner: ArtifactOwner, root: ArtifactRoot, path: string): string => {
    if (root.kind === 'proxied') return proxiedFileUrl(root.serverUrl, encodePath(joinPath(root.path, path)))
    if (typeof owner === 'string') {
      return `${trackingUri}/get-artifact?${new URLSearchParams({ run_uuid: owner, path })}`
    }
    const query = new URLSearchParams({ artifact_file_path: path })
    return `${trackingUri}/ajax-api/2.0/mlflow/logged-models/${encodeURIComponent(owner.modelId)}/artifacts/files?${query}`
  }

  const presigned = async (root: ArtifactRoot, path: string): Promise<HttpRequest | undefined> => {
    if (root.kind !== 'proxied') return undefined
    const artifactsApi = root.serverUrl === trackingUri ? api : createApi(transport, root.serverUrl)
    const full = joinPath(root.path, path)
    try {
      const { url, headers = {} } = await bodyOf(
        artifactsApi.GET('/api/2.0/mlflow-artifacts/presigned/{path}', {
          params: { path: { path: full } },
          pathSerializer: route => route.replace('{path}', encodePath(full)),
        }),
      )
      return { method: 'GET', url, headers, authenticate: false }
    } catch (error) {
      if (error instanceof MlflowError && (error.status === 501 || error.status === 404)) return undefined
      throw error
    }
  }

  return {
    download: async (owner, root, path, { from = 'server', signal }, read) => {
      const request: HttpRequest = (from === 'store' ? await presigned(root, path) : undefined) ?? {
        method: 'GET',
        url: urlOf(owner, root, path),
        shouldRetry: mayRetry,
      }
      try {
        return await transport.request({ ...request, signal }, read)
      } catch (error) {
        throw asMissing(error, path)
      }
    },
  }
}
