import { openJson } from './without-secrets.js'

/**
 * Base of every error that epochwatt throws. `code` is stable and meant for programs.
 *
 * @example
 * ```ts
 * try {
 *   openStore().read('no-such-run')
 * } catch (error) {
 *   if (error instanceof EpochwattError) console.log(error.code) // 'RUN_NOT_FOUND'
 * }
 * ```
 */
export class EpochwattError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'EpochwattError'
    this.code = code
  }
}

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** How a value is shown in a message: short, on one line, never a whole object dump, never a password. */
const show = (value: unknown): string => {
  if (typeof value === 'function') return 'a function'
  // JSON would turn NaN and infinities into null, which is not what was given.
  const text =
    typeof value === 'number' || typeof value === 'bigint'
      ? String(value)
      : (openJson(value) ?? String(value))
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

/**
 * A wrong option, found before anything started. The message names the option, the value received and what is
 * accepted.
 *
 * @example
 * ```ts
 * try {
 *   startTracking({ country: 'Atlantis' })
 * } catch (error) {
 *   if (error instanceof OptionError) console.log(error.option) // 'country'
 * }
 * ```
 */
export class OptionError extends EpochwattError {
  readonly option: string

  constructor(option: string, value: unknown, accepted: string) {
    super('OPTION_INVALID', `Option "${option}" is ${show(value)}; accepted: ${accepted}.`)
    this.name = 'OptionError'
    this.option = option
  }
}
