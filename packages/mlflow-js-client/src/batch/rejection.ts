import { MlflowError } from '../errors/mlflow-error.js'
import type { BatchItem } from './item.js'

/** An item that will never be stored as it is, and why. */
export interface Rejection {
  readonly item: BatchItem
  readonly error: MlflowError
}

/** One value that the server does not keep, and why. */
export interface RejectedItem {
  readonly kind: 'metric' | 'param' | 'tag'
  readonly key: string
  readonly value: string | number
  readonly step?: number
  /** Milliseconds since 1970. */
  readonly timestamp?: number
  /** The server's refusal, or `INVALID_PAYLOAD` if it was not sent at all. */
  readonly error: MlflowError
}

const describe = ({ item, error }: Rejection): RejectedItem => ({
  kind: item.kind,
  key: item.wire.key,
  value: item.wire.value,
  ...(item.kind === 'metric' ? { step: item.wire.step ?? 0, timestamp: item.wire.timestamp } : {}),
  error,
})

/**
 * Some items of a batch were refused. All the others are stored.
 *
 * @example
 * ```ts
 * await logParams({ lr: 0.01 }).catch(error => {
 *   if (error instanceof MlflowBatchError) for (const { kind, key } of error.rejected) console.log(kind, key)
 * })
 * ```
 */
export class MlflowBatchError extends MlflowError {
  readonly rejected: readonly RejectedItem[]

  constructor(rejections: readonly Rejection[]) {
    const rejected = rejections.map(describe)
    const shown = rejected.slice(0, 3).map(({ kind, key, error }) => `${kind} "${key}": ${error.message}`)
    const more = rejected.length > shown.length ? `; and ${rejected.length - shown.length} more` : ''
    const count = rejected.length === 1 ? '1 item was' : `${rejected.length} items were`
    super('ITEMS_REJECTED', `${count} refused, everything else is stored: ${shown.join('; ')}${more}`, {
      cause: rejected[0]?.error,
    })
    this.name = 'MlflowBatchError'
    this.rejected = rejected
  }
}
