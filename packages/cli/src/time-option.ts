import type { Call } from './command.js'
import { UsageError } from './usage-error.js'

/** The instant that an option was given, if it was. Without a zone it is one of this machine's clock. */
export const timeOption = (call: Call, name: string, command: string): Date | undefined => {
  const text = call.text(name)
  if (text === undefined) return undefined
  const ms = /^\d{4}-\d\d-\d\d/.test(text.trim()) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms))
    throw new UsageError(
      `Option "--${name}" is "${text}"; accepted: a time such as 2026-01-05T02:00Z.`,
      command,
    )
  return new Date(ms)
}
