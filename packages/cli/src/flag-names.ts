import { EpochwattError, OptionError } from '@epochwatt/core'
import { UsageError } from './usage-error.js'

/** Names of options in code by names of flags. */
export type FlagNames = Readonly<Record<string, string>>

/** Names of two words cannot be mistaken for anything else; a message may say `cores` and mean cores. */
const isCompound = (name: string): boolean => /[a-z][A-Z]/.test(name)

const inFlags = (message: string, flags: FlagNames): string =>
  Object.entries(flags)
    .filter(([, option]) => isCompound(option))
    .reduce((text, [flag, option]) => text.replaceAll(new RegExp(`\\b${option}\\b`, 'g'), flag), message)

/** Does something with options that came from flags, and tells of wrong ones by the names that the caller wrote. */
export const withFlagNames = <Result>(command: string, flags: FlagNames, action: () => Result): Result => {
  try {
    return action()
  } catch (error) {
    if (error instanceof OptionError) {
      const flag = Object.entries(flags).find(([, option]) => option === error.option)?.[0]
      const named = flag
        ? error.message.replace(`Option "${error.option}"`, `Option "--${flag}"`)
        : error.message
      throw new UsageError(inFlags(named, flags), command)
    }
    if (error instanceof EpochwattError && error.code === 'OPTION_MISSING')
      throw new UsageError(inFlags(error.message, flags), command)
    throw error
  }
}
