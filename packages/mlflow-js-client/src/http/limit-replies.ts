import { MlflowError } from '../errors/mlflow-error.js'
import type { Fetch } from './transport.js'

const tooLong = (url: string, status: number, mostBytes: number): MlflowError =>
  new MlflowError(
    'INVALID_RESPONSE',
    `${new URL(url).pathname} answered ${status} with more than ${mostBytes} bytes (option "maxReplyBytes"). Check that the tracking URI is that of an MLflow server.`,
    // Whoever answers like that is in the server's place, and may be gone soon.
    { status, isRetryable: true },
  )

/** A `fetch` whose replies break off beyond so many bytes, before they fill the memory. */
export const limitReplies =
  (fetch: Fetch, mostBytes: number): Fetch =>
  async (url, init) => {
    const response = await fetch(url, init)
    const { body, status, statusText, headers } = response
    if (!body) return response
    let bytes = 0
    const counted = body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          bytes += chunk.byteLength
          if (bytes > mostBytes) controller.error(tooLong(url, status, mostBytes))
          else controller.enqueue(chunk)
        },
      }),
    )
    const limited = new Response(counted, { status, statusText, headers })
    Object.defineProperty(limited, 'url', { value: response.url })
    return limited
  }
