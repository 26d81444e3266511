import type { Call } from './command.js'
import { UsageError } from './usage-error.js'

/** The number that an option was given, if it was. */
export const numberOption = (call: Call, name: string, command: string): number | undefined => {
  const text = call.text(name)
  if (text === undefined) return undefined
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isNaN(value))
    throw new UsageError(`Option "--${name}" is "${text}"; accepted: a number.`, command)
  return value
}
