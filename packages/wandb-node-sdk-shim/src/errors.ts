/**
 * What went wrong, for programs:
 * - `USAGE`: an argument or setting is not acceptable, or contradicts the state of the run;
 * - `AUTHENTICATION`: no API key, a malformed one, or one that the server refuses;
 * - `COMMUNICATION`: the server could not be reached or answered with an error that retrying did not cure;
 * - `FILE_FORMAT`: a file is not a `.wandb` file.
 */
export type WandbErrorCode = 'USAGE' | 'AUTHENTICATION' | 'COMMUNICATION' | 'FILE_FORMAT'

/**
 * Base of every error thrown by this package. `code` is stable; `cause` is the original error, where there was one.
 *
 * @example
 * ```ts
 * try {
 *   await sync('wandb/offline-run-20260105_120000-1a2b3c4d')
 * } catch (error) {
 *   if (error instanceof WandbError && error.code === 'AUTHENTICATION') console.log('wandb-sync needs WANDB_API_KEY')
 * }
 * ```
 */
export class WandbError extends Error {
  readonly code: WandbErrorCode

  constructor(code: WandbErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'WandbError'
    this.code = code
  }
}

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
