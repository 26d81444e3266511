import type { Call } from './command.js'
import { UsageError } from './usage-error.js'

/** What an option that may be repeated was given as `key=text`. */
export const pairsOption = (call: Call, name: string, command: string): Record<string, string> => {
  const pairs = call.texts(name).map((given): [key: string, text: string] => {
    const at = given.indexOf('=')
    if (at < 1) throw new UsageError(`Option "--${name}" is "${given}"; accepted: KEY=TEXT.`, command)
    return [given.slice(0, at), given.slice(at + 1)]
  })
  return Object.fromEntries(pairs)
}
