import { MlflowError } from '../errors/mlflow-error.js'
import { type Api, bodyOf, createApi } from '../http/api.js'
import type { Transport } from '../http/transport.js'
import { checked } from '../validation/validate.js'
import type { UploadOptions } from './content.js'
import { type MultipartSettings, uploadMultipart } from './multipart.js'
import { type ArtifactOwner, idOf } from './owner.js'
import { encodePath, joinPath } from './path.js'
import { type ArtifactRoot, proxiedFileUrl } from './root.js'
import type { ArtifactRules } from './rules.js'
import type { BlobSender } from './send-blob.js'

type ProxiedRoot = Extract<ArtifactRoot, { kind: 'proxied' }>
type DirectRoot = Extract<ArtifactRoot, { kind: 'direct' }>

/** Stores for which a server can sign a URL. */
const signable = new Set(['s3', 'gs', 'wasbs', 'abfss', 'r2', 'b2'])

export interface Uploader {
  upload(
    owner: ArtifactOwner,
    root: ArtifactRoot,
    path: string,
    blob: Blob,
    options: UploadOptions,
  ): Promise<void>
}

export const createUploader = (
  api: Api,
  transport: Transport,
  sender: BlobSender,
  trackingUri: string,
  rules: ArtifactRules,
  multipart: MultipartSettings,
): Uploader => {
  let serverCanMultipart: boolean | undefined

  const canMultipart = async (artifactsApi: Api): Promise<boolean> => {
    if (multipart.enabled !== undefined) return multipart.enabled
    try {
      serverCanMultipart ??=
        (await bodyOf(artifactsApi.GET('/api/3.0/mlflow/server-info'))).multipart_uploads_enabled ?? false
    } catch (error) {
      if (!(error instanceof MlflowError) || error.status !== 404) throw error
      serverCanMultipart = false
    }
    return serverCanMultipart
  }

  const onLoadedOf = (blob: Blob, { onProgress }: UploadOptions) =>
    onProgress && ((loadedBytes: number) => onProgress({ loadedBytes, totalBytes: blob.size }))

  const uploadProxied = async (root: ProxiedRoot, path: string, blob: Blob, options: UploadOptions) => {
    const full = joinPath(root.path, path)
    if (blob.size >= multipart.minimumBytes) {
      const artifactsApi = root.serverUrl === trackingUri ? api : createApi(transport, root.serverUrl)
      if (await canMultipart(artifactsApi)) {
        if (await uploadMultipart(artifactsApi, sender, full, blob, multipart.chunkBytes, options)) return
      }
    }
    const url = proxiedFileUrl(root.serverUrl, encodePath(full))
    await sender.send(blob, { method: 'PUT', url, signal: options.signal }, onLoadedOf(blob, options))
  }

  /** @returns false if the server cannot sign uploads to this store */
  const uploadPresigned = async (owner: ArtifactOwner, path: string, blob: Blob, options: UploadOptions) => {
    const id = typeof owner === 'string' ? { run_id: owner } : { model_id: owner.modelId }
    const body = await checked('createPresignedUpload', { ...id, path })
    let signed: { presigned_url: string; headers?: Record<string, string> }
    try {
      signed = await bodyOf(api.POST('/api/2.0/mlflow/artifacts/presigned-upload-url', { body }))
    } catch (error) {
      if (error instanceof MlflowError && [400, 404, 405, 501].includes(error.status ?? 0)) return false
      throw error
    }
    const { presigned_url: url, headers = {} } = signed
    const request = { method: 'PUT', url, headers, authenticate: false, signal: options.signal } as const
    await sender.send(blob, request, onLoadedOf(blob, options))
    return true
  }

  const uploadThroughServer = async (runId: string, path: string, blob: Blob, options: UploadOptions) => {
    const query = new URLSearchParams({ run_uuid: runId, path })
    const url = `${trackingUri}/ajax-api/2.0/mlflow/upload-artifact?${query}`
    await sender.send(blob, { method: 'POST', url, signal: options.signal }, onLoadedOf(blob, options))
  }

  const uploadDirect = async (
    owner: ArtifactOwner,
    root: DirectRoot,
    path: string,
    blob: Blob,
    options: UploadOptions,
  ) => {
    if (signable.has(root.scheme) && (await uploadPresigned(owner, path, blob, options))) return
    const isTaken = blob.size >= rules.leastServerSideBytes && blob.size <= rules.mostServerSideBytes
    if (typeof owner === 'string' && isTaken) {
      await uploadThroughServer(owner, path, blob, options)
      return
    }
    throw new MlflowError(
      'UNSUPPORTED_ARTIFACT_ROOT',
      `"${path}" (${blob.size} bytes) cannot be uploaded: the artifacts of ${idOf(owner)} lie at "${root.uri}", for which the server signs no uploads, and its own route takes run artifacts of 1 byte to 10 MiB. Start the server with --artifacts-destination, so that it passes artifacts on, and use a new experiment.`,
    )
  }

  return {
    upload: (owner, root, path, blob, options) =>
      root.kind === 'proxied'
        ? uploadProxied(root, path, blob, options)
        : uploadDirect(owner, root, path, blob, options),
  }
}
