import { readBoolean, readNumber } from '../config/env-values.js'
import { MlflowError } from '../errors/mlflow-error.js'
import { type Api, bodyOf } from '../http/api.js'
import type { Environment } from '../platform/platform.js'
import { checked } from '../validation/validate.js'
import type { UploadOptions } from './content.js'
import { directoryOf, encodePath, fileNameOf } from './path.js'
import type { BlobSender } from './send-blob.js'

/**
 * When large files are uploaded in parts. Each may also come from its `MLFLOW_…MULTIPART_UPLOAD…`
 * variable.
 */
export interface MultipartSettings {
  /** Default: what the server says of itself; no for servers that do not say. */
  readonly enabled: boolean | undefined
  /** Smaller files go in one piece. Default 500 MiB. */
  readonly minimumBytes: number
  /** Default 10 MiB. */
  readonly chunkBytes: number
}

const mebibyte = 2 ** 20

export const multipartSettings = (
  given: Partial<MultipartSettings> = {},
  env: Environment,
): MultipartSettings => ({
  enabled: given.enabled ?? readBoolean(env, 'MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD'),
  minimumBytes:
    given.minimumBytes ??
    readNumber(env, 'MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE', 0, Number.MAX_SAFE_INTEGER) ??
    500 * mebibyte,
  chunkBytes:
    given.chunkBytes ??
    readNumber(env, 'MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE', 1, Number.MAX_SAFE_INTEGER) ??
    10 * mebibyte,
})

const partsInFlight = 3

/** Rejects with the first failure, once all that was under way has ended. */
const runLimited = async (
  tasks: readonly ((signal: AbortSignal) => Promise<void>)[],
  limit: number,
): Promise<void> => {
  const stop = new AbortController()
  const failures: unknown[] = []
  const queue = tasks.values()
  const worker = async (): Promise<void> => {
    for (const task of queue) {
      if (stop.signal.aborted) return
      try {
        await task(stop.signal)
      } catch (error) {
        failures.push(error)
        stop.abort(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, tasks.length) }, worker))
  if (failures.length > 0) throw failures[0]
}

const cannotMultipart = (error: unknown): boolean =>
  error instanceof MlflowError && (error.status === 501 || error.status === 404)

/**
 * Uploads in parts, straight to the store behind the server, which hands out a presigned URL for each.
 * @returns false if the store cannot do this and nothing was uploaded
 */
export const uploadMultipart = async (
  api: Api,
  sender: BlobSender,
  path: string,
  blob: Blob,
  chunkBytes: number,
  { onProgress, signal }: UploadOptions,
): Promise<boolean> => {
  const params = { path: { directory: directoryOf(path) } }
  const pathSerializer = (route: string): string =>
    route.replace('{directory}', encodePath(directoryOf(path)))
  const name = fileNameOf(path)
  const count = Math.max(1, Math.ceil(blob.size / chunkBytes))

  const begin = async () => {
    const body = await checked('createMultipartUpload', { path: name, num_parts: count })
    return bodyOf(
      api.POST('/api/2.0/mlflow-artifacts/mpu/create/{directory}', { params, body, pathSerializer }),
    )
  }
  let upload: Awaited<ReturnType<typeof begin>>
  try {
    upload = await begin()
  } catch (error) {
    if (cannotMultipart(error)) return false
    throw error
  }

  const uploadId = upload.upload_id ?? ''
  const loaded = new Array<number>(count).fill(0)
  const parts: { part_number: number; etag: string; url: string }[] = []
  const sendPart =
    ({ url, headers = {}, part_number }: (typeof upload.credentials)[number]) =>
    async (stop: AbortSignal) => {
      const index = part_number - 1
      const chunk = blob.slice(index * chunkBytes, Math.min(blob.size, (index + 1) * chunkBytes))
      const either = signal ? AbortSignal.any([signal, stop]) : stop
      const request = { method: 'PUT', url, headers, authenticate: false, signal: either } as const
      const reply = await sender.send(chunk, request, bytes => {
        loaded[index] = bytes
        onProgress?.({ loadedBytes: loaded.reduce((sum, part) => sum + part, 0), totalBytes: blob.size })
      })
      parts.push({ part_number, etag: reply.get('etag') ?? '', url })
    }

  try {
    await runLimited(upload.credentials.map(sendPart), partsInFlight)
    parts.sort((a, b) => a.part_number - b.part_number)
    const body = await checked('completeMultipartUpload', { path: name, upload_id: uploadId, parts })
    await api.POST('/api/2.0/mlflow-artifacts/mpu/complete/{directory}', { params, body, pathSerializer })
    return true
  } catch (error) {
    // Parts that are left behind are paid for. The first failure is the one to report.
    const body = await checked('abortMultipartUpload', { path: name, upload_id: uploadId })
    await api
      .POST('/api/2.0/mlflow-artifacts/mpu/abort/{directory}', { params, body, pathSerializer })
      .catch(() => {})
    throw error
  }
}
