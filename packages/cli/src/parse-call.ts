import { parseArgs } from 'node:util'
import { suggestion } from './closest.js'
import type { Call, Command, OptionSpec } from './command.js'
import { UsageError } from './usage-error.js'

/** Options that every command takes. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  help: { type: 'boolean', description: 'Show this help.' },
}

const countText = (least: number, most: number): string => {
  if (most === 0) return 'no argument'
  if (least === most) return `${least} argument${least === 1 ? '' : 's'}`
  return most === Number.POSITIVE_INFINITY ? `at least ${least} arguments` : `${least} to ${most} arguments`
}

/**
 * Reads the arguments of a command. `parseArgs` only takes them apart: its own strict mode has neither suggestions
 * nor the wording we want.
 *
 * @throws UsageError for unknown options, missing or needless values, and too many or too few arguments.
 */
export const parseCall = (command: Command, args: readonly string[]): Call => {
  const specs: Readonly<Record<string, OptionSpec>> = { ...command.options, ...COMMON_OPTIONS }
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(Object.entries(specs).map(([name, { type }]) => [name, { type }])),
      help: { type: 'boolean', short: 'h' },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const positionals: string[] = []
  const values = new Map<string, string[]>()
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined
    if (!spec) {
      const near = suggestion(token.name, Object.keys(specs))
      throw new UsageError(`Unknown option "${token.rawName}".${near.replace('"', '"--')}`, command.name)
    }
    if (spec.type === 'boolean' && token.value !== undefined) {
      throw new UsageError(`Option "--${token.name}" takes no value, but got "${token.value}".`, command.name)
    }
    if (spec.type === 'string' && (token.value === undefined || token.value === '')) {
      throw new UsageError(`Option "--${token.name}" needs a value: ${spec.value}.`, command.name)
    }
    const name = spec.sameAs ?? token.name
    const given = values.get(name) ?? []
    if (given.length > 0 && !spec.multiple) {
      throw new UsageError(`Option "--${name}" was given twice; it is accepted once.`, command.name)
    }
    values.set(name, [...given, token.value ?? ''])
  }
  const [least, most] = command.takes
  if (!values.has('help') && (positionals.length < least || positionals.length > most)) {
    throw new UsageError(
      `"epochwatt ${command.name}" takes ${countText(least, most)}${command.arguments ? ` (${command.arguments})` : ''}, but got ${positionals.length}.`,
      command.name,
    )
  }
  return {
    positionals,
    flag: name => values.has(name),
    text: name => values.get(name)?.[0],
    texts: name => values.get(name) ?? [],
  }
}
