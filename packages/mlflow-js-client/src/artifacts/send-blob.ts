import { MlflowError } from '../errors/mlflow-error.js'
import type { HttpRequest, RequestBody, Transport } from '../http/transport.js'

export interface BlobRequest {
  readonly method: 'PUT' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly authenticate?: boolean
  readonly signal?: AbortSignal | undefined
  readonly shouldRetry?: HttpRequest['shouldRetry']
}

const counted = (blob: Blob, count: (bytes: number) => void): ReadableStream<Uint8Array> =>
  blob.stream().pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        count(chunk.byteLength)
        controller.enqueue(chunk)
      },
    }),
  )

/** Stores answer with nothing or with JSON. A gateway's page says that the bytes never got there, whatever its status. */
const refusePage = (reply: string, url: string): void => {
  if (!/^\s*<(!doctype )?html/i.test(reply)) return
  throw new MlflowError(
    'INVALID_RESPONSE',
    `The upload to ${new URL(url).pathname} was answered by a page: "${reply.trim().slice(0, 80)}". Check that no login page stands before the server.`,
    { isRetryable: true },
  )
}

export interface BlobSender {
  /** Resolves with the headers of the reply. */
  send(blob: Blob, request: BlobRequest, onLoaded?: (loadedBytes: number) => void): Promise<Headers>
}

/**
 * Sends bytes, again if need be.
 * @param canStream whether a body may be a stream whose length is given in a header: Node yes, browsers no
 */
export const createBlobSender = (transport: Transport, canStream: boolean): BlobSender => ({
  send: async (blob, request, onLoaded) => {
    const streamed = (signOfLife: () => void): RequestBody => {
      let loaded = 0
      onLoaded?.(0)
      return counted(blob, bytes => {
        loaded += bytes
        signOfLife()
        onLoaded?.(loaded)
      })
    }
    const headers = await transport.request(
      {
        ...request,
        headers: {
          'content-type': 'application/octet-stream',
          // Presigned requests are refused when they come in chunks of unknown total.
          ...(canStream ? { 'content-length': String(blob.size) } : {}),
          ...request.headers,
        },
        body: canStream ? streamed : () => blob,
      },
      async response => {
        refusePage(await response.text(), request.url)
        return response.headers
      },
    )
    onLoaded?.(blob.size)
    return headers
  },
})
