import { EpochwattError } from '../../errors.js'

/**
 * A publisher that gave no usable answer. Codes: `GRID_UNREACHABLE`, `GRID_TIMEOUT`, `GRID_UNAUTHORISED`,
 * `GRID_REFUSED`, `GRID_BUSY`, `GRID_REPLY_INVALID`, `GRID_WRONG_ZONE`.
 *
 * @example
 * ```ts
 * const course = await readForecast({ gridZone: 'GB' }).catch(error => {
 *   if (error instanceof GridError) console.log(error.code, error.retryAfterMs)
 * })
 * ```
 */
export class GridError extends EpochwattError {
  /** How long the publisher asked to be left alone. */
  readonly retryAfterMs: number | undefined

  constructor(code: string, message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(code, message, options)
    this.name = 'GridError'
    this.retryAfterMs = options.retryAfterMs
  }
}
